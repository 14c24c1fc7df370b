import { expect, test } from 'vitest';
import { boundText, escapeLabel, textOf } from '../../src/metrics/exposition.ts';
import { DESTINATION, MONITOR } from '../../src/metrics/families.ts';
import type { Sampled } from '../../src/metrics/family.ts';
import { baseName, sampleName } from '../../src/metrics/family.ts';

const gap: Sampled = {
  family: MONITOR.gapTime,
  samples: [{ labels: { reason: 'a "quote", a \\ and\na line' }, value: 0.25 }],
};

test('a counter is a family without, and a sample with _total where OpenMetrics is spoken; with it everywhere for Prometheus', () => {
  expect(textOf(gap, 'openmetrics')).toBe(
    '# TYPE pinger_gap_seconds counter\n# UNIT pinger_gap_seconds seconds\n' +
      '# HELP pinger_gap_seconds How long nothing could be probed, by why.\n' +
      'pinger_gap_seconds_total{reason="a \\"quote\\", a \\\\ and\\na line"} 0.25\n',
  );
  expect(textOf(gap, 'prometheus')).toBe(
    '# HELP pinger_gap_seconds_total How long nothing could be probed, by why.\n' +
      '# TYPE pinger_gap_seconds_total counter\n' +
      'pinger_gap_seconds_total{reason="a \\"quote\\", a \\\\ and\\na line"} 0.25\n',
  );
});

test('an info is a gauge for Prometheus', () => {
  const build: Sampled = { family: MONITOR.build, samples: [{ labels: { version: '1' }, value: 1 }] };
  expect(textOf(build, 'openmetrics')).toMatch(/^# TYPE pinger_build info\n(.*\n)pinger_build_info\{/);
  expect(textOf(build, 'prometheus')).toMatch(/# TYPE pinger_build_info gauge\npinger_build_info\{/);
});

test('numbers that are none are written as both formats have them', () => {
  const samples = [Number.NaN, Number.POSITIVE_INFINITY, -0.5, 1e21].map((value, n) => ({
    labels: { n: String(n) },
    value,
  }));
  expect(textOf({ family: MONITOR.waiting, samples }, 'prometheus').match(/(?<=\} )\S+$/gm)).toEqual([
    'NaN',
    '+Inf',
    '-0.5',
    '1e+21',
  ]);
});

test.each([
  [0.0000125, '1.25e-05'],
  [0.00005, '5e-05'],
  [0.0001, '0.0001'],
  [0.0016, '0.0016'],
  [1, '1.0'],
  [10, '10.0'],
  [6.5536, '6.5536'],
  [1e-10, '1e-10'],
  [Number.POSITIVE_INFINITY, '+Inf'],
])('a bucket up to %d is labelled %s, as by programs in Go', (bound, text) => {
  expect(boundText(bound)).toBe(text);
});

test('a label may hold anything', () => {
  expect(escapeLabel('é\u0000}{,="\n\\n')).toBe('é\u0000}{,=\\"\\n\\\\n');
});

test('names keep to the conventions, and no two are the same', () => {
  const families = [...Object.values(DESTINATION), ...Object.values(MONITOR)];
  for (const family of families) {
    expect(sampleName(family)).toMatch(/^pinger(_[a-z]+)+$/);
    expect(sampleName(family).endsWith('_total')).toBe(family.kind === 'counter');
    if (family.unit === 's') expect(baseName(family)).toMatch(/_seconds$/);
    if (family.unit === 'By') expect(baseName(family)).toMatch(/_bytes$/);
    expect(family.help).toMatch(/^[A-Z].*\.$/);
  }
  expect(new Set(families.map(baseName)).size).toBe(families.length);
});
