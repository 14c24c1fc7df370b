import 'reflect-metadata';
import { openDatabase } from './src/storage/database.ts';
import { ResultsFollower } from './src/cli/results-follower.ts';
import { resultsIn, newestOfEach } from './src/watch/recent-results.ts';
const ds = await openDatabase('sqlite:/tmp/watch/big.db', { create: false, lockTimeout: 5000 });
const cpu = (from: NodeJS.CpuUsage) => { const u = process.cpuUsage(from); return ((u.user + u.system) / 1000).toFixed(0) + 'ms cpu'; };
const [{ id }] = await ds.query('SELECT id FROM newest_result');
console.log('newest', id);
for (let i = 0; i < 3; i++) {
  let t = performance.now(), c = process.cpuUsage();
  const [{ id }] = await ds.query('SELECT id FROM newest_result');
  const rows = await resultsIn(ds, { source_id: null, first: id - 9999, last: id });
  console.log('resultsIn', rows.length, (performance.now() - t).toFixed(0), 'ms', cpu(c));
}
{
  const f = await ResultsFollower.from(ds, {});
  await new Promise((r) => setTimeout(r, 2000));
  let t = performance.now(), c = process.cpuUsage();
  const rows = await f.next(100000);
  console.log('follower', rows.length, (performance.now() - t).toFixed(0), 'ms', cpu(c));
}
{
  const d = Array.from({ length: 10000 }, (_, i) => i + 1);
  const [{ id }] = await ds.query('SELECT id FROM newest_result');
  for (const w of [60000, 120000, 250000]) {
  let t = performance.now(), c = process.cpuUsage();
  const rows = await newestOfEach(ds, { destinations: d, sources: [1], most: 20, first: id - w, last: id });
  console.log('newestOfEach', w, rows.length, (performance.now() - t).toFixed(0), 'ms', cpu(c)); }
}
await ds.destroy();
