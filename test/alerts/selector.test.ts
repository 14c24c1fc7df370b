import { expect, test } from 'vitest';
import { type Selectable, selectorOf } from '../../src/alerts/selector.ts';

const named = (name: string): Selectable => ({
  id: 7,
  name,
  address: '192.0.2.1',
  label: '192.0.2.1',
  protocol: 3,
});

test.each([
  ['web*', 'Web server', true],
  ['web*', 'a web server', false],
  ['*server', 'web SERVER', true],
  ['w*b*r', 'web server', true],
  ['w*server*r', 'web server', false],
  ['*e*e*e*', 'web server', true],
  ['*e*e*e*e*', 'web server', false],
  ['web***', 'web', true],
  ['ab*ba', 'aba', false],
  ['192.0.*', 'x', true],
  ['w.b*', 'web', false],
])('%s and a destination called %s: %j', (text, name, isMeant) => {
  expect(selectorOf(text).matches(named(name))).toBe(isMeant);
});

test('no text makes looking for it slow', () => {
  const selector = selectorOf(`${'*a'.repeat(1000)}b`);
  const began = performance.now();
  expect(selector.matches(named('a'.repeat(1000)))).toBe(false);
  expect(performance.now() - began).toBeLessThan(100);
});
