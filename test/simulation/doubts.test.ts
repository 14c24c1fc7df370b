import { expect, test } from 'vitest';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { small } from './support.ts';

/** Results of a probe every 100 ms with a timeout of 5 s, over a path of 200 ms. */
async function resultsOf(given: Partial<ScenarioGiven>): Promise<{ results: NewResult[]; counted: object }> {
  const results: NewResult[] = [];
  const simulation = await simulate(
    small({
      links: { near: { delay: '1ms' }, far: { delay: '99ms' } },
      destinations: [{ address: '198.51.100.1', interval: '100ms', timeout: '5s' }],
      ...given,
    }),
  );
  simulation.on('result', (result) => results.push(result));
  await simulation.finish();
  return { results, counted: simulation.pinger.counters().doubts };
}

const timeouts = (results: NewResult[]) => results.filter(({ outcome }) => outcome === 'timeout');

test('what was in flight when the host fell asleep is marked', async () => {
  const { results, counted } = await resultsOf({ timeline: [{ at: '20.05s', suspend: '10s' }] });
  const lost = timeouts(results);
  expect(lost).toHaveLength(2);
  expect(lost.map(({ doubt }) => doubt)).toEqual(['suspended', 'suspended']);
  expect(results.filter(({ doubt }) => doubt !== null)).toEqual(lost);
  expect(counted).toEqual({ dropped: 0, delayed: 0, suspended: 2, cut_off: 0, abandoned: 0 });
});

test('an outage of the network is nothing of this host’s: no result is marked', async () => {
  const { results } = await resultsOf({ timeline: [{ at: '20s', outage: 'far', for: '10s' }] });
  expect(timeouts(results).length).toBeGreaterThan(90);
  expect(results.filter(({ doubt }) => doubt !== null)).toEqual([]);
});

test('a process that is held up loses nothing, and what the kernel has no room for meanwhile is marked', async () => {
  const pause: ScenarioGiven['timeline'] = [{ at: '20s', pause: '3s' }];
  const { results } = await resultsOf({ timeline: pause });
  expect(timeouts(results)).toEqual([]);
  expect(results.filter(({ doubt }) => doubt !== null)).toEqual([]);

  const destinations = [{ address: '198.51.100.1', count: 100, interval: '20ms' }];
  const { results: many } = await resultsOf({ timeline: pause, destinations });
  const lost = timeouts(many);
  expect(lost.length).toBeGreaterThan(100);
  expect(new Set(lost.map(({ doubt }) => doubt))).toEqual(new Set(['dropped']));
});
