import { describe, expect, test } from 'vitest';
import { type MaintenanceWindow, maintenanceOf } from '../../src/alerts/maintenance.ts';
import type { Maintenance } from '../../src/entities/maintenance.ts';

const at = (text: string): number => Date.parse(text);

const MINUTE = 60_000;
const DAY = 86_400_000;

function windowOf(given: Pick<Maintenance, 'starts' | 'ends' | 'repeats' | 'time_zone'>): MaintenanceWindow {
  const found = maintenanceOf({ id: 1, destinations: '*', reason: null, ...given });
  if ('problem' in found) throw new Error(found.problem);
  return found;
}

/** When it begins and ends within a span, found minute by minute. */
function edgesOf({ isUnderWay }: MaintenanceWindow, from: string, to: string): string[] {
  const edges: string[] = [];
  let before = isUnderWay(at(from) - MINUTE);
  for (let moment = at(from); moment < at(to); moment += MINUTE) {
    const now = isUnderWay(moment);
    if (now !== before)
      edges.push(`${now ? 'begins' : 'ends'} ${new Date(moment).toISOString().slice(0, 16)}Z`);
    before = now;
  }
  return edges;
}

describe('a daily maintenance across the change of clocks', () => {
  test.each([
    [
      'Europe/Berlin, to summer time: 03:00 is 02:00Z, then 01:00Z',
      { starts: '2026-03-27T03:00+01:00', ends: '2026-03-27T04:00+01:00', zone: 'Europe/Berlin' },
      ['2026-03-28T00:00Z', '2026-03-30T12:00Z'],
      [
        ...['begins 2026-03-28T02:00Z', 'ends 2026-03-28T03:00Z'],
        ...['begins 2026-03-29T01:00Z', 'ends 2026-03-29T02:00Z'],
        ...['begins 2026-03-30T01:00Z', 'ends 2026-03-30T02:00Z'],
      ],
    ],
    [
      'Europe/Berlin, to winter time: 03:00 is 01:00Z, then 02:00Z',
      { starts: '2026-10-20T03:00+02:00', ends: '2026-10-20T04:00+02:00', zone: 'Europe/Berlin' },
      ['2026-10-24T00:00Z', '2026-10-26T12:00Z'],
      [
        ...['begins 2026-10-24T01:00Z', 'ends 2026-10-24T02:00Z'],
        ...['begins 2026-10-25T02:00Z', 'ends 2026-10-25T03:00Z'],
        ...['begins 2026-10-26T02:00Z', 'ends 2026-10-26T03:00Z'],
      ],
    ],
    [
      'a time that the clocks skip is as much later',
      { starts: '2026-03-27T02:30+01:00', ends: '2026-03-27T02:45+01:00', zone: 'Europe/Berlin' },
      ['2026-03-28T12:00Z', '2026-03-30T12:00Z'],
      [
        ...['begins 2026-03-29T01:30Z', 'ends 2026-03-29T01:45Z'],
        ...['begins 2026-03-30T00:30Z', 'ends 2026-03-30T00:45Z'],
      ],
    ],
    [
      'a time that the clocks show twice is once',
      { starts: '2026-10-20T02:30+02:00', ends: '2026-10-20T02:45+02:00', zone: 'Europe/Berlin' },
      ['2026-10-24T12:00Z', '2026-10-26T12:00Z'],
      [
        expect.stringMatching(/^begins 2026-10-25T0[01]:30Z$/),
        expect.stringMatching(/^ends 2026-10-25T0[01]:45Z$/),
        ...['begins 2026-10-26T01:30Z', 'ends 2026-10-26T01:45Z'],
      ],
    ],
    [
      'one that lasts over the change is as long as the others',
      { starts: '2026-03-27T23:00+01:00', ends: '2026-03-28T05:00+01:00', zone: 'Europe/Berlin' },
      ['2026-03-28T12:00Z', '2026-03-30T12:00Z'],
      [
        ...['begins 2026-03-28T22:00Z', 'ends 2026-03-29T04:00Z'],
        ...['begins 2026-03-29T21:00Z', 'ends 2026-03-30T03:00Z'],
      ],
    ],
    [
      'America/New_York has its own days',
      { starts: '2026-03-06T03:00-05:00', ends: '2026-03-06T04:00-05:00', zone: 'America/New_York' },
      ['2026-03-07T00:00Z', '2026-03-09T12:00Z'],
      [
        ...['begins 2026-03-07T08:00Z', 'ends 2026-03-07T09:00Z'],
        ...['begins 2026-03-08T07:00Z', 'ends 2026-03-08T08:00Z'],
        ...['begins 2026-03-09T07:00Z', 'ends 2026-03-09T08:00Z'],
      ],
    ],
    [
      'Australia/Lord_Howe moves by half an hour',
      { starts: '2026-04-03T03:00+11:00', ends: '2026-04-03T04:00+11:00', zone: 'Australia/Lord_Howe' },
      ['2026-04-03T12:00Z', '2026-04-05T12:00Z'],
      [
        ...['begins 2026-04-03T16:00Z', 'ends 2026-04-03T17:00Z'],
        ...['begins 2026-04-04T16:30Z', 'ends 2026-04-04T17:30Z'],
      ],
    ],
  ])('%s', (_what, { starts, ends, zone }, [from, to], edges) => {
    const given = { starts: at(starts), ends: at(ends), repeats: 'daily', time_zone: zone };
    expect(edgesOf(windowOf(given), from as string, to as string)).toEqual(edges);
  });

  test('without a zone it is UTC, which nobody moves', () => {
    const given = {
      starts: at('2026-03-27T03:00Z'),
      ends: at('2026-03-27T04:00Z'),
      repeats: 'daily',
      time_zone: null,
    };
    expect(edgesOf(windowOf(given), '2026-03-29T00:00Z', '2026-03-30T00:00Z')).toEqual([
      'begins 2026-03-29T03:00Z',
      'ends 2026-03-29T04:00Z',
    ]);
  });
});

test('a weekly maintenance keeps its time of the day when the clocks change, and its day', () => {
  const given = {
    starts: at('2026-10-18T03:00+02:00'),
    ends: at('2026-10-18T05:00+02:00'),
    repeats: 'weekly',
    time_zone: 'Europe/Berlin',
  };
  expect(edgesOf(windowOf(given), '2026-10-19T00:00Z', '2026-11-03T00:00Z')).toEqual([
    'begins 2026-10-25T02:00Z',
    'ends 2026-10-25T04:00Z',
    'begins 2026-11-01T02:00Z',
    'ends 2026-11-01T04:00Z',
  ]);
});

test('what is asked in whatever order is answered the same', () => {
  const given = {
    starts: at('2026-03-20T23:30+01:00'),
    ends: at('2026-03-21T01:00+01:00'),
    repeats: 'daily',
    time_zone: 'Europe/Berlin',
  };
  const asked = windowOf(given);
  // A walk through two weeks in steps that fit nothing, forwards and backwards in turn.
  for (let step = 0; step < 500; step++) {
    const moment = given.starts + ((step * 7919) % (14 * 24 * 60)) * MINUTE - DAY;
    expect(asked.isUnderWay(moment)).toBe(windowOf(given).isUnderWay(moment));
  }
});
