import { expect, test } from 'vitest';
import { network, START, summary, watching } from './support.ts';

const DOWN = { name: 'down' };
const HASTY = { name: 'hasty', recovery_hold: 0 };

test('an outage is one alert and one end of it, when they are due', async () => {
  const { simulation, told, alerts } = await watching(
    network({ timeline: [{ at: '2m', for: '1m', outage: 'far' }] }),
    [DOWN],
  );
  await simulation.run();
  expect(summary(told)).toEqual(['fired down 198.51.100.1', 'resolved down 198.51.100.1']);
  const [fired, resolved] = told;
  // Three probes a second apart, each given up after a second, and a second in which others may come along.
  expect(fired!.at).toBeGreaterThan(123);
  expect(fired!.at).toBeLessThan(127);
  // The first answer, a minute, and that second.
  expect(resolved!.at).toBeGreaterThan(241);
  expect(resolved!.at).toBeLessThan(245);
  expect(await alerts()).toMatchObject([{ state: 'resolved', destination_id: 1, suppressed: null }]);
  await simulation.stop();
});

test('a link that goes up and down is one alert until it has been quiet for long enough', async () => {
  const { simulation, told } = await watching(
    network({
      timeline: [{ at: '2m', for: '10s', outage: 'far', repeat: { every: '30s', times: 8 } }],
    }),
    [DOWN],
  );
  await simulation.run();
  expect(summary(told)).toEqual(['fired down 198.51.100.1', 'resolved down 198.51.100.1']);
  expect(told[1]!.at - told[0]!.at).toBeGreaterThan(7 * 30);
  await simulation.stop();
});

test.each<[string, object]>([
  ['a clock that is set forward', { at: '2m', step: '1h' }],
  ['a clock that is set back', { at: '2m', step: '-1h' }],
  ['a host that sleeps', { at: '2m', suspend: '3m' }],
  ['a monitor that is held up', { at: '2m', pause: '20s' }],
  ['a database that is down', { at: '2m', for: '1m', database: 'down' }],
])('%s is no alert', async (_what, event) => {
  const { simulation, told, alerts } = await watching(network({ timeline: [event as never] }), [
    HASTY,
    { name: 'lossy', metric: 'loss', threshold: 0.01, span: 10_000 },
    { name: 'slow', metric: 'p50', threshold: 25, span: 10_000 },
    { name: 'late', metric: 'p99', threshold: 25, span: 60_000 },
    { name: 'varied', metric: 'ipdv_mean', threshold: 5, span: 10_000 },
    { name: 'changed', state: 'change' },
  ]);
  await simulation.run();
  expect(summary(told)).toEqual([]);
  expect(await alerts()).toEqual([]);
  const { sent } = await simulation.stop();
  expect(sent).toBeGreaterThan(200);
});

const thousand = { address: '198.51.100.1', count: 200 };

test('a host without its own uplink is one alert about the source, not one for each destination', async () => {
  const { simulation, told, alerts } = await watching(
    network({
      networks: { net: { prefix: '198.51.0.0/16', path: ['near', 'router', 'far'] } },
      destinations: [{ address: '198.51.100.1', count: 1000, interval: '2s' }],
      duration: '6m',
      timeline: [{ at: '2m', for: '1m', interface: 'down' }],
    }),
    [HASTY],
  );
  await simulation.run();
  expect(summary(told)).toEqual(['fired source source', 'resolved source source']);
  expect(told[0]!.alert.detail).toBe('this source can send nothing: its host has no network');
  expect(await alerts()).toHaveLength(1);
  await simulation.stop();
});

test('a line that is cut beyond the host is one alert, too, where nobody answers any more', async () => {
  const { simulation, told } = await watching(
    network({
      destinations: [
        { ...thousand, interval: '1s' },
        { address: '198.51.100.250', interval: '5s' },
      ],
      duration: '6m',
      timeline: [{ at: '2m', for: '1m', outage: 'far' }],
    }),
    [HASTY],
  );
  await simulation.run();
  expect(summary(told)).toEqual(['fired source source', 'resolved source source']);
  expect(told[0]!.alert.detail).toBe('no destination answers this source any more');
  await simulation.stop();
});

test('what lies behind a parent that is down is suppressed, and the parent alone is told', async () => {
  const { simulation, told, alerts, sql } = await watching(
    network({
      destinations: [{ address: '203.0.113.200' }, { address: '198.51.100.1', count: 10 }],
      timeline: [{ at: '2m', for: '1m', outage: 'far' }],
    }),
    [HASTY],
  );
  await sql(
    'INSERT INTO destination_parents (destination_id, parent_id) SELECT id, 2 FROM destinations WHERE id > 2',
  );
  await simulation.run();
  expect(summary(told)).toEqual(['fired hasty 198.51.100.1', 'resolved hasty 198.51.100.1']);
  const suppressed = (await alerts()).filter((alert) => alert.suppressed !== null);
  expect(suppressed).toHaveLength(9);
  for (const alert of suppressed)
    expect(alert).toMatchObject({ suppressed: 'parent 2', state: 'resolved', fired: null });
  await simulation.stop();
});

test('one that is down on its own is told although it has a parent', async () => {
  const { simulation, told, sql } = await watching(
    network({
      destinations: [{ address: '203.0.113.200', interval: '10s' }, { address: '198.51.100.1' }],
      timeline: [{ at: '2m', for: '1m', outage: 'far' }],
    }),
    [HASTY],
  );
  await sql('INSERT INTO destination_parents (destination_id, parent_id) VALUES (2, 1)');
  await simulation.run();
  expect(summary(told)).toEqual(['fired hasty 198.51.100.1', 'resolved hasty 198.51.100.1']);
  // The parent has to be heard first.
  expect(told[0]!.at).toBeLessThan(137);
  await simulation.stop();
});

test('a maintenance keeps it quiet, and what still lasts at its end is told then', async () => {
  const { simulation, told, alerts, sql } = await watching(
    network({
      destinations: [{ address: '198.51.100.1', count: 2 }],
      timeline: [{ at: '2m', for: '5m', outage: 'far' }],
    }),
    [DOWN],
  );
  await sql(`INSERT INTO maintenances (destinations, starts, ends) VALUES ('1', $1, $2)`, [
    START + 60_000,
    START + 240_000,
  ]);
  await simulation.run();
  expect(summary(told.slice(0, 2))).toEqual(['fired down 198.51.100.2', 'fired down 198.51.100.1']);
  expect(summary(told.slice(2)).sort()).toEqual(['resolved down 198.51.100.1', 'resolved down 198.51.100.2']);
  expect(told[1]!.at).toBeGreaterThan(240);
  expect(await alerts()).toHaveLength(3);
  await simulation.stop();
});

test('what is paused, removed or another one is no alert, and is over if it was one', async () => {
  const { simulation, told } = await watching(
    network({
      destinations: [
        ...['a', 'b', 'c', 'd'].map((name, index) => ({ address: `198.51.100.${index + 1}`, name })),
        { address: '203.0.113.1', name: 'router' },
      ],
      duration: '5m',
      timeline: [
        { at: '120.5s', for: '3m', outage: 'far' },
        // Before it was known to be down, and after.
        { at: '122s', change: 'a', to: { active: false } },
        { at: '140s', change: 'b', to: { active: false } },
        { at: '140s', change: 'c', to: { address: '203.0.113.1' } },
        { at: '140s', remove: 'd' },
      ],
    }),
    [{ ...HASTY, destinations: 'a,b,c,d' }],
  );
  await simulation.run();
  expect(summary(told.slice(0, 3)).sort()).toEqual(
    ['b', 'c', 'd'].map((name, index) => `fired hasty ${name} (198.51.100.${index + 2})`),
  );
  expect(
    told
      .slice(3)
      .map(({ kind, alert }) => [kind, alert.destination, alert.ended])
      .sort(),
  ).toEqual([
    ['resolved', 'b (198.51.100.2)', 'the destination is paused'],
    ['resolved', 'c (198.51.100.3)', 'the destination is another one now'],
    ['resolved', 'd (198.51.100.4)', 'the destination was removed'],
  ]);
  await simulation.stop();
});
