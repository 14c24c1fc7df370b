import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DASHBOARD, dashboardText } from '../../docs/grafana-dashboard.ts';
import { DESTINATION, MONITOR } from '../../src/metrics/families.ts';
import { sampleName } from '../../src/metrics/family.ts';

test('packaging/grafana/pinger.json is what its source makes (npm run docs writes it)', () => {
  expect(readFileSync(DASHBOARD, 'utf8')).toBe(dashboardText());
});

test('docs/metrics.md has every metric, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
  const names = [...Object.values(DESTINATION), ...Object.values(MONITOR)].map(sampleName);
  const told = [...text.matchAll(/^- (`pinger_.*?):/gm)].flatMap(
    ([, cell = '']) => cell.match(/\bpinger_\w+/g) ?? [],
  );
  expect(told.sort()).toEqual(names.sort());
});
