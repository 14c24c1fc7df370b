import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DESTINATIONS_SCHEMA, destinationsSchemaText } from '../docs/destinations-schema.ts';
import { DASHBOARD, dashboardText } from '../docs/grafana-dashboard.ts';
import { SCHEMA, schemaText } from '../docs/scenario-schema.ts';
import { STATECHARTS, statecharts } from '../docs/statecharts.ts';

test('docs/statecharts.md says what the machines do (npm run docs writes it)', () => {
  expect(readFileSync(STATECHARTS, 'utf8')).toBe(statecharts());
});

test('scenarios/schema.json says what a scenario may be (npm run docs writes it)', () => {
  expect(readFileSync(SCHEMA, 'utf8')).toBe(schemaText());
});

test('docs/destinations.schema.json says what pinger apply takes (npm run docs writes it)', () => {
  expect(readFileSync(DESTINATIONS_SCHEMA, 'utf8')).toBe(destinationsSchemaText());
});

test('packaging/grafana/pinger.json is what its source makes (npm run docs writes it)', () => {
  expect(readFileSync(DASHBOARD, 'utf8')).toBe(dashboardText());
});
