import { createPinger } from '../../src/index.ts';
import type { Endurance, MemoryLine } from './internet.ts';

/** A pinger that says how much memory it has in use after so many results. Runs with --expose-gc. */
const { database, destinations, results } = JSON.parse(process.argv[2] ?? '{}') as Endurance;

const collect = globalThis.gc;
if (!collect) throw new Error('runs with --expose-gc');

function tell(made: number): void {
  // What finalizers let go of, the second collection gets.
  for (let time = 0; time < 2; time++) collect?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.stdout.write(
    `${JSON.stringify({ results: made, rss, heap: heapUsed + external } satisfies MemoryLine)}\n`,
  );
}

const pinger = createPinger({ database, destinations });
let made = 0;
pinger.on('result', () => {
  made++;
  if (results.includes(made)) setImmediate(tell, made);
});
await pinger.start();
process.stdout.write('ready\n');
process.stdin.resume().once('end', async () => {
  process.stdout.write(`${JSON.stringify(await pinger.stop())}\n`);
});
