import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { canOpenRawSockets, hasProgram } from '../support/privileges.ts';
import { TRANSPORT } from '../support/transport.ts';
import { serving } from './support.ts';

const serve = serving();
const run = promisify(execFile);

const text = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');

/** Everything that a shell is given, in its order. */
const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block as string);

test.skipIf(!canOpenRawSockets() || !hasProgram('curl'))(
  'the examples of docs/api.md work word for word',
  { timeout: 60_000 },
  async () => {
    const api = await serve({
      database: 'sqlite::memory:',
      source: 'here',
      transport: TRANSPORT,
      destinations: [{ address: '127.0.0.1', protocol: 3 }],
    });
    expect(blocks).toHaveLength(5);
    // curl ends so when its time is over.
    const ended = (error: { code: number; stdout: string }) => {
      expect(error).toMatchObject({ code: 28 });
      return error;
    };
    const answers: string[] = [];
    for (const block of blocks) {
      const script = block.replaceAll('http://127.0.0.1:8080', api.url('/').slice(0, -1));
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]).catch(ended);
      answers.push(stdout);
    }
    const [destinations, history, now, trace, monitor] = answers;
    expect(destinations).toMatch(/"added":\[{"id":2,.*"added":\[{"id":3,.*"active":false/s);
    expect(history).toMatch(/{"statistics":\[.*"start":\[.*"results":\[.*"gaps":\[/s);
    expect(now).toMatch(/"destinations":\[.*event: snapshot.*event: ready.*event: update/s);
    expect(trace).toMatch(/"hops":\[{.*"received":2/);
    expect(monitor).toMatch(/"version".*{"status":"ok"}{"status":"ok"}$/s);
  },
);
