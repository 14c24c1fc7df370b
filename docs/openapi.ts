import { join } from 'node:path';
import { createServer } from '../src/http/server.ts';
import { LiveOverview } from '../src/live/overview.ts';
import { SILENT } from '../src/logger.ts';
import { Metrics } from '../src/metrics/metrics.ts';
import { createPinger } from '../src/pinger.ts';

/** The API as OpenAPI describes it; a running monitor says the same at /api/v1/openapi.json. */
export const OPENAPI = join(import.meta.dirname, 'openapi.json');

/** The description as a file, from nothing but the source. */
export async function openapiText(): Promise<string> {
  const pinger = createPinger({ database: 'sqlite::memory:', spill: false });
  const { database } = pinger;
  if (!database) throw new Error('a pinger has a database unless it is given a store');
  const live = LiveOverview.of(pinger);
  const metrics = Metrics.of(pinger, { live });
  const app = await createServer({ pinger, database, live, metrics, logger: SILENT });
  await app.ready();
  const text = `${JSON.stringify(app.swagger(), undefined, 2)}\n`;
  await app.close();
  return text;
}
