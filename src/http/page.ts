import { join } from 'node:path';
import files from '@fastify/static';
import type { App } from './context.ts';

/** What the build makes of src/page, both for the sources and for what is made of them. */
const FOLDER = join(import.meta.dirname, '../../dist/page');

/** What the page shows at addresses of its own. */
const ADDRESSES = ['/destinations/:id', '/compare', '/alerts', '/sign-in'];

/** Files whose names have a hash of what is in them, as `main-4FQ2XWZA.js`: what has such a name never changes. */
const HASHED = /-[0-9A-Z]{8}\.[a-z.]+$/;

/** Serves the page. Its files tell nothing of this monitor. */
export async function servePage(app: App): Promise<void> {
  await app.register(async (page) => {
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, role: 'anyone' };
    });
    await page.register(files, {
      root: FOLDER,
      wildcard: false,
      cacheControl: false,
      setHeaders: (response, path) =>
        response.header(
          'cache-control',
          HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    });
    for (const address of ADDRESSES)
      page.get(address, { schema: { hide: true } }, (_, reply) => reply.sendFile('index.html'));
  });
}
