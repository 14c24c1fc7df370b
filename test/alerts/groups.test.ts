import { describe, expect, test } from 'vitest';
import { Groups } from '../../src/alerts/groups.ts';
import { textOf } from '../../src/alerts/message.ts';
import { network, watching } from './support.ts';

const CHANNEL = { groupWait: 10_000, groupInterval: 60_000 };

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('what a rule has to tell becomes a message', () => {
  test.each<[string, { first: number; last: number }, number]>([
    ['a second after the last of it', { first: -500, last: -500 }, 500],
    ['not before nothing has been added for a second', { first: -5000, last: -100 }, 900],
    ['at the latest when the first of it has waited for long enough', { first: -9900, last: 0 }, 100],
    ['at once where it has waited already', { first: -60_000, last: -60_000 }, 0],
    ['at once where a clock was set back meanwhile', { first: 3_600_000, last: 3_600_000 }, 0],
  ])('%s', (_what, { first, last }, pause) => {
    const gathered = { rule_id: 1, first: NOW + first, last: NOW + last };
    expect(new Groups().pause(CHANNEL, gathered, { wall: NOW, now: 5 })).toBe(pause);
  });

  test('not before so long after the last one of the same rule', () => {
    const groups = new Groups();
    groups.claimed(1, 1000);
    const gathered = { first: NOW - 60_000, last: NOW - 60_000 };
    expect(groups.pause(CHANNEL, { rule_id: 1, ...gathered }, { wall: NOW, now: 11_000 })).toBe(50_000);
    expect(groups.pause(CHANNEL, { rule_id: 2, ...gathered }, { wall: NOW, now: 11_000 })).toBe(0);
    expect(groups.pause(CHANNEL, { rule_id: 1, ...gathered }, { wall: NOW, now: 61_000 })).toBe(0);
  });
});

test('a site that goes away is one message that says how many, not one for each', async () => {
  const { simulation, messages } = await watching(
    network({
      networks: {
        lan: { prefix: '203.0.113.0/24', path: ['near', 'router'] },
        net: { prefix: '198.51.0.0/16', path: ['near', 'router', 'far'] },
      },
      destinations: [
        { address: '198.51.100.1', count: 400 },
        { address: '203.0.113.10', count: 50 },
      ],
      duration: '6m',
      timeline: [{ at: '2m', for: '2m', outage: 'far' }],
    }),
    [{ name: 'down', recovery_hold: 0, destinations: '198.51.*' }],
  );
  await simulation.run();
  expect(messages.map(({ counts }) => counts)).toEqual([
    { fired: 400, repeated: 0, resolved: 0 },
    { fired: 0, repeated: 0, resolved: 400 },
  ]);
  const [began, over] = messages as [(typeof messages)[number], (typeof messages)[number]];
  expect([began.events.length, began.omitted]).toEqual([100, 300]);
  expect(textOf(began).subject).toBe('[pinger] ALERT: 400 (down)');
  expect(textOf(began).text).toMatch(/\n\nand 300 more, which "pinger alerts list" shows\n$/);
  expect(textOf(over).subject).toBe('[pinger] OK: 400 (down)');
  await simulation.stop();
});

test('rules have messages of their own, and each comes no more often than the channel says', async () => {
  const { simulation, told, sql } = await watching(
    network({
      destinations: [
        ...['a', 'b', 'c'].map((name, index) => ({ address: `198.51.100.${index + 1}`, name })),
        // Somebody has to answer, or it would be the source's own trouble.
        { address: '203.0.113.10' },
      ],
      duration: '8m',
      timeline: [
        { at: '2m', serve: 'net', hosts: { '198.51.100.1': { state: 'down' } } },
        { at: '2m 20s', serve: 'net', hosts: { '198.51.100.2': { state: 'down' } } },
        { at: '2m 25s', serve: 'net', hosts: { '198.51.100.3': { state: 'down' } } },
      ],
    }),
    [
      { name: 'down', destinations: 'a,b' },
      { name: 'urgent', destinations: 'c' },
    ],
  );
  await sql('UPDATE alert_channels SET group_interval = 120000');
  await simulation.run();
  const at = (destination: string) => told.find((each) => each.destination?.startsWith(destination))!.at;
  expect(at('a')).toBeLessThan(128);
  // The same rule has told of the first one a moment before; another one has not.
  expect(at('b') - at('a')).toBeGreaterThan(119);
  expect(at('b') - at('a')).toBeLessThan(123);
  expect(at('c')).toBeLessThan(154);
  await simulation.stop();
});
