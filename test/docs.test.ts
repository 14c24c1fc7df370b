import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STATECHARTS, statecharts } from '../docs/statecharts.ts';

test('docs/statecharts.md says what the machines do (npm run docs writes it)', () => {
  expect(readFileSync(STATECHARTS, 'utf8')).toBe(statecharts());
});
