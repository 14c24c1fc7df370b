import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DESTINATIONS_SCHEMA, destinationsSchemaText } from '../docs/destinations-schema.ts';
import { DASHBOARD, dashboardText } from '../docs/grafana-dashboard.ts';
import { MAN_PAGE, manPage } from '../docs/man.ts';
import { SCHEMA, schemaText } from '../docs/scenario-schema.ts';
import { STATECHARTS, statecharts } from '../docs/statecharts.ts';
import { DESTINATION, MONITOR } from '../src/metrics/families.ts';
import { sampleName } from '../src/metrics/family.ts';
import { hasProgram } from './support/privileges.ts';

test('docs/statecharts.md says what the machines do (npm run docs writes it)', () => {
  expect(readFileSync(STATECHARTS, 'utf8')).toBe(statecharts());
});

test('scenarios/schema.json says what a scenario may be (npm run docs writes it)', () => {
  expect(readFileSync(SCHEMA, 'utf8')).toBe(schemaText());
});

test('docs/destinations.schema.json says what pinger apply takes (npm run docs writes it)', () => {
  expect(readFileSync(DESTINATIONS_SCHEMA, 'utf8')).toBe(destinationsSchemaText());
});

test('packaging/man/pinger.1 says what the commands do (npm run docs writes it)', async () => {
  expect(readFileSync(MAN_PAGE, 'utf8')).toBe(await manPage());
});

test('npm installs the manual page, which it does of a list alone', () => {
  const { man } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  expect(man).toEqual(['packaging/man/pinger.1']);
});

test.skipIf(!hasProgram('mandoc'))('the manual page has no mistake', () => {
  const { stdout, stderr } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', MAN_PAGE], {
    encoding: 'utf8',
  });
  expect(stdout + stderr).toBe('');
});

test.skipIf(!hasProgram('mandoc'))('the manual page shows what is to be typed as it is typed', () => {
  const shown = execFileSync('mandoc', ['-T', 'utf8', MAN_PAGE], { encoding: 'utf8' })
    .split('\b')
    .map((part, index, parts) => (index < parts.length - 1 ? part.slice(0, -1) : part))
    .join('');
  for (const typed of [
    '--interval time',
    'pinger destinations add 192.0.2.1 2001:db8::1',
    'source <(pinger complete bash)',
    'PINGER_LISTEN',
    'pinger tokens add prometheus --expires 365d',
  ])
    expect(shown).toContain(typed);
});

test('packaging/grafana/pinger.json is what its source makes (npm run docs writes it)', () => {
  expect(readFileSync(DASHBOARD, 'utf8')).toBe(dashboardText());
});

test('docs/metrics.md has every metric, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/metrics.md'), 'utf8');
  const names = [...Object.values(DESTINATION), ...Object.values(MONITOR)].map(sampleName);
  const told = [...text.matchAll(/^- (`pinger_.*?):/gm)].flatMap(
    ([, cell = '']) => cell.match(/\bpinger_\w+/g) ?? [],
  );
  expect(told.sort()).toEqual(names.sort());
});
