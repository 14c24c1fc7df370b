import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SCHEMA, schemaText } from '../docs/scenario-schema.ts';
import { STATECHARTS, statecharts } from '../docs/statecharts.ts';

test('docs/statecharts.md says what the machines do (npm run docs writes it)', () => {
  expect(readFileSync(STATECHARTS, 'utf8')).toBe(statecharts());
});

test('scenarios/schema.json says what a scenario may be (npm run docs writes it)', () => {
  expect(readFileSync(SCHEMA, 'utf8')).toBe(schemaText());
});
