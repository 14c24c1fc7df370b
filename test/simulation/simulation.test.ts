import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ScenarioError } from '../../src/scenario/problems.ts';
import type { DestinationReport } from '../../src/simulation/report.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { DatabaseError, type NewResult } from '../../src/storage/store.ts';
import { small, storedResults } from './support.ts';

function temporaryFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-simulation-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

test('time stands still until it is told to go on, and then passes exactly as far', async () => {
  const simulation = await simulate(small());
  const results: NewResult[] = [];
  simulation.on('result', (result) => results.push(result));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(simulation.now).toBe(0);
  await simulation.run('2.5s');
  expect(simulation.now).toBe(2500);
  const inTwoSeconds = results.length;
  await simulation.run(1000);
  expect(simulation.now).toBe(3500);
  expect([inTwoSeconds, results.length]).toEqual([2, 3]);
  expect(results.map(({ rtt }) => rtt)).toEqual([20, 20, 20]);
  const report = await simulation.stop();
  expect(report).toMatchObject({ duration: 3500, sent: 3, stored: 3, missed: 0, holds: true });
});

test('step goes from one moment at which something happens to the next', async () => {
  const simulation = await simulate(small());
  const moments: number[] = [];
  let sent: number | null = null;
  simulation.on('result', ({ sentAt }) => {
    sent = sentAt;
  });
  while (sent === null) moments.push(await simulation.step());
  expect(moments).toEqual([...moments].sort((a, b) => a - b));
  // The probe, then each end of each link: 1 ms, 9 ms, and back.
  expect(moments).toEqual(expect.arrayContaining([sent, sent + 1, sent + 10]));
  await simulation.stop();
});

test('until ends with the first result that is wanted, or says that there was none', async () => {
  const simulation = await simulate(small({ timeline: [{ at: '30s', outage: 'far' }] }));
  const timeout = await simulation.until(({ outcome }) => outcome === 'timeout');
  expect(timeout.sentAt).toBeGreaterThanOrEqual(30_000);
  const waited = simulation.now - (timeout.sentAt as number);
  expect(waited).toBeGreaterThanOrEqual(1005);
  expect(waited).toBeLessThanOrEqual(1010);
  await expect(simulation.until(({ outcome }) => outcome === 'refused')).rejects.toThrow(
    'scenario "small" has ended, and there was no such result',
  );
  expect(simulation.now).toBe(60_000);
  await simulation.stop();
});

test('apply changes the network and the table while it runs, and takes it back when it is over', async () => {
  const simulation = await simulate(small({ duration: '10m' }));
  const outcomes = async (time: string) => {
    const seen: string[] = [];
    const take = ({ outcome }: NewResult) => seen.push(outcome);
    simulation.on('result', take);
    await simulation.run(time);
    simulation.off('result', take);
    return [...new Set(seen)];
  };
  expect(await outcomes('10s')).toEqual(['reply']);
  simulation.apply({ outage: 'near', for: '20s' });
  expect(await outcomes('20s')).toContain('timeout');
  expect(await outcomes('2s')).toContain('reply');
  expect(await outcomes('10s')).toEqual(['reply']);
  simulation.apply({ add: { address: '198.51.100.2', protocol: 'tcp', port: 80, name: 'web' } });
  expect(await outcomes('10s')).toEqual(expect.arrayContaining(['reply', 'refused']));
  simulation.apply({ serve: 'net', hosts: { default: { tcp: 'filtered' } } });
  await simulation.run('2s');
  expect(await outcomes('10s')).toEqual(expect.arrayContaining(['reply', 'timeout']));
  simulation.apply({ remove: 'web' });
  await simulation.run('2s');
  expect(await outcomes('10s')).toEqual(['reply']);
  simulation.apply({ outage: 'far', for: '1s', repeat: { every: '5s', times: 3 } });
  expect((await outcomes('20s')).sort()).toEqual(['reply', 'timeout']);
  expect(await outcomes('10s')).toEqual(['reply']);
  await simulation.stop();
});

test('apply refuses what makes no sense, and nothing happens', async () => {
  const simulation = await simulate(small());
  const refused = (event: object, message: RegExp) => {
    expect(() => simulation.apply(event as Parameters<typeof simulation.apply>[0])).toThrow(ScenarioError);
    expect(() => simulation.apply(event as Parameters<typeof simulation.apply>[0])).toThrow(message);
  };
  refused({ outage: 'nowhere' }, /nowhere.*near, far, router/);
  refused({ impair: 'near', with: { loss: '120%' } }, /loss 120%.*0% to 100%/);
  refused({ flap: 'near' }, /expected one of outage, impair/);
  refused({ add: { address: '203.0.113.77' } }, /203\.0\.113\.77/);
  refused({ remove: '198.51.100.99' }, /198\.51\.100\.99/);
  await simulation.run('10s');
  const report = await simulation.stop();
  expect(report.destinations).toHaveLength(1);
  expect(report.destinations[0]?.measured).toMatchObject({ sent: 10, lost: 0 });
});

test('results are in the database, which has to be new', async () => {
  const database = `sqlite:${temporaryFile('results.db')}`;
  const simulation = await simulate(small(), { database });
  const results: NewResult[] = [];
  simulation.on('result', (result) => results.push(result));
  const { stored } = await simulation.finish();
  const rows = await storedResults(database);
  expect(rows).toHaveLength(stored);
  expect(rows.map(({ rtime }) => rtime)).toEqual(results.map(({ rtime }) => rtime.toString()));
  const again = simulate(small(), { database });
  await expect(again).rejects.toThrow(DatabaseError);
  await expect(again).rejects.toThrow(
    `database ${database.replace('sqlite:', '')}: has destinations or results already; a simulation needs a new one`,
  );
});

test('a scenario may be a file, with another seed and duration', async () => {
  const file = temporaryFile('scenario.yaml');
  writeFileSync(file, JSON.stringify(small({ links: { near: {}, far: { jitter: '1ms', delay: '5ms' } } })));
  const averages = [];
  for (const seed of [1, 2, 2]) {
    const report = await (await simulate(file, { seed, duration: '20s' })).finish();
    expect(report).toMatchObject({ seed, duration: 20_000, sent: 20 });
    averages.push(report.destinations[0]?.measured.avg);
  }
  expect(averages[0]).not.toBe(averages[1]);
  expect(averages[1]).toBe(averages[2]);
  await expect(simulate('no such file.yaml')).rejects.toThrow(ScenarioError);
});

test('the report has what was asked, what the network did, and what was measured', async () => {
  const simulation = await simulate(
    small({
      seed: 3,
      duration: '20m',
      links: { near: { delay: '1ms', loss: '10%' }, far: { delay: '9ms' } },
      destinations: [
        {
          address: '198.51.100.1',
          expect: [
            { loss: '10%..30%', min: '20ms', max: '20ms' },
            { from: '10m', loss: '0%', sent: 600 },
          ],
        },
      ],
      timeline: [{ at: '10m', impair: 'near', with: { loss: '50%' } }],
    }),
  );
  const { destinations, holds } = await simulation.finish();
  const [{ network, measured, expectations }] = destinations as [DestinationReport];
  expect(network).toMatchObject({ sent: 1200, min: 20, max: 20 });
  // 19 % of the first half is lost, 75 % of the second.
  expect(network.asked.loss).toBeCloseTo(0.47, 10);
  expect(network.asked.rtt).toBe(20);
  expect(measured.lost).toBe(1200 - network.answered);
  expect(holds).toBe(false);
  expect(expectations).toMatchObject([
    { figure: 'loss', expected: '10%..30%', holds: false, from: 0, to: null },
    { figure: 'min', measured: '20ms', holds: true },
    { figure: 'max', measured: '20ms', holds: true },
    { figure: 'sent', expected: '600', measured: '600', holds: true, from: 600_000 },
    { figure: 'loss', expected: '0%', holds: false, from: 600_000 },
  ]);
});

test('two at once is refused', async () => {
  const simulation = await simulate(small());
  const running = simulation.run('10s');
  await expect(simulation.run('10s')).rejects.toThrow('the simulation is running already');
  await running;
  await simulation.stop();
});
