import { expect, test } from 'vitest';
import { network, summary, watching } from './support.ts';

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
