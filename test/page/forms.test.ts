import { describe, expect, test } from 'vitest';
import type { DestinationBody } from '../../src/http/schemas/destination.ts';
import { changesOf, draftOf, EMPTY, fieldOf, settingsOf } from '../../src/page/edit/draft.ts';
import { pastedLines } from '../../src/page/edit/pasted.ts';
import { problemsOf } from '../../src/page/edit/texts.ts';
import { rttText, shareText } from '../../src/page/figures.ts';
import { parseTime, timeText } from '../../src/page/moments.ts';

const row: DestinationBody = {
  id: 7,
  active: true,
  address: 'example.com',
  protocol: 'tcp',
  port: 443,
  interval: 5000,
  timeout: 1500,
  ttl: 64,
  data: 'abc',
  name: 'web',
  source_id: null,
  label: 'tcp://example.com:443',
  size: 3,
  problem: null,
};

describe('what is typed', () => {
  test('lines are an address and the name behind it; comments and empty ones are nothing', () => {
    expect(
      pastedLines(
        '\n192.0.2.1 office router # upstairs\r\n# none\ntcp://[2001:db8::1]:443,web\n  a.example\t\n',
      ),
    ).toEqual([
      { text: '192.0.2.1 office router', address: '192.0.2.1', name: 'office router' },
      { text: 'tcp://[2001:db8::1]:443,web', address: 'tcp://[2001:db8::1]:443', name: 'web' },
      { text: 'a.example', address: 'a.example', name: null },
    ]);
  });

  test('what is left empty is not said; what makes no sense is told at its field', () => {
    expect(settingsOf(EMPTY)).toEqual({ settings: {}, problems: {} });
    expect(settingsOf({ ...EMPTY, interval: '1.5s', ttl: ' 9 ', source_id: 'every' }).settings).toEqual({
      interval: 1500,
      ttl: 9,
      source_id: null,
    });
    expect(settingsOf({ ...EMPTY, timeout: 'soon', port: 'http' }).problems).toEqual({
      timeout: '"soon" is not a time: expected a number and a unit, such as 200ms, 10s or 1h',
      port: '"http" is not a whole number',
    });
  });

  test('only what differs is changed, and what is emptied goes', () => {
    const draft = draftOf(row);
    expect(changesOf(draft, row)).toEqual({ changes: {}, problems: {} });
    expect(changesOf({ ...draft, interval: '10s', name: '', port: '', data: '' }, row).changes).toEqual({
      interval: 10_000,
      name: null,
      port: null,
      data: '',
    });
    expect(changesOf({ ...draft, interval: '' }, row).problems).toEqual({
      interval: 'interval is empty: it was 5s',
    });
  });

  test('what the API says is wrong comes to the field that it is about', () => {
    const problem = { type: 'about:blank', title: 'x', status: 422, detail: 'ttl 0: expected more' };
    expect(problemsOf(problem, fieldOf)).toEqual({
      fields: { ttl: 'ttl 0: expected more' },
      form: undefined,
    });
    const errors = [
      { pointer: '/interval', detail: 'expected a number' },
      { pointer: '', detail: 'database x: locked' },
    ];
    expect(problemsOf({ ...problem, errors }, fieldOf)).toEqual({
      fields: { interval: 'expected a number' },
      form: 'database x: locked',
    });
  });
});

describe('figures', () => {
  test('times are as the command line takes them, both ways', () => {
    for (const [ms, text] of [
      [1, '1ms'],
      [1500, '1500ms'],
      [5000, '5s'],
      [90_000, '90s'],
      [3_600_000, '1h'],
      [86_400_000, '1d'],
    ] as const) {
      expect(timeText(ms)).toBe(text);
      expect(parseTime(text)).toBe(ms);
    }
    expect(timeText(0)).toBe('0ms');
    expect(parseTime('2')).toBe(2);
    expect(parseTime('1 min')).toBe(60_000);
    expect(parseTime('-1s')).toBeUndefined();
  });

  test('a loss is never shown as none or all where it is neither', () => {
    expect([null, 0, 0.000_000_1, 0.0004, 0.017, 0.123, 0.9999, 0.999_999_9, 1].map(shareText)).toEqual([
      '–',
      '0%',
      '<0.001%',
      '0.04%',
      '1.7%',
      '12.3%',
      '99.99%',
      '>99.999%',
      '100%',
    ]);
    expect([null, 0.0471, 9.999, 12.34, 123.4].map((ms) => rttText(ms, 3))).toEqual([
      '–',
      '0.05',
      '10.00',
      '12.3',
      '123',
    ]);
  });
});
