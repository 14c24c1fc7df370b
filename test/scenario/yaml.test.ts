import { describe, expect, test } from 'vitest';
import { impairmentsOf, type LinkSettings } from '../../src/scenario/link-schema.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { linesOf, scenarioWith, textOf } from './support.ts';

const anchored = `name: anchors
links:
  slow: &slow
    delay: 100ms
    loss: 1%
  slower: { <<: *slow, delay: 200ms }
  same: *slow
  both: { <<: [{ loss: 2% }, *slow] }
  later: { delay: 1ms, <<: *slow }
networks:
  net: { prefix: 198.51.100.0/24, path: [slow] }
destinations:
  - &target { address: 198.51.100.7, expect: &fine { loss: 0%..5% } }
  - { <<: *target, address: 198.51.100.8 }
  - { address: 198.51.100.9, expect: *fine }
`;

describe('anchors, aliases and merge keys', () => {
  test('stand for what they stand for in YAML', () => {
    const { links, destinations } = parseScenario(anchored);
    const forward = (name: string) => impairmentsOf(links[name] as LinkSettings).forward;
    expect(forward('slower')).toMatchObject({ delay: 200e6, loss: { probability: 0.01 } });
    expect(links.same).toEqual(links.slow);
    expect(forward('later')).toMatchObject({ delay: 1e6, loss: { probability: 0.01 } });
    expect(forward('both')).toMatchObject({ delay: 100e6, loss: { probability: 0.02 } });
    expect(destinations.map(({ address }) => address)).toEqual([
      '198.51.100.7',
      '198.51.100.8',
      '198.51.100.9',
    ]);
    expect(destinations[1]?.expect).toEqual(destinations[0]?.expect);
  });

  test('what is wrong behind an anchor is told once, where it is', () => {
    expect(linesOf(anchored.replace('loss: 1%', 'loss: 101%'))).toEqual([
      'x.yaml:5:11: loss 101%: expected a percentage from 0% to 100%, such as 2.5%, or a model: random, gemodel',
    ]);
    expect(linesOf(anchored.replace('loss: 1%', 'lose: 1%'))).toEqual([
      expect.stringMatching(/^x.yaml:5:5: unknown key lose/),
    ]);
  });

  test('what is missing behind an anchor is told where it is used', () => {
    expect(linesOf(anchored.replace('&target { address: 198.51.100.7,', '&target {'))).toEqual([
      'x.yaml:13:13: missing key address: expected a host name or an IP address',
    ]);
  });

  test('may be many: each is used as often as it is needed', () => {
    const many = Array.from(
      { length: 500 },
      (_, index) => `  - { address: 198.51.100.${index % 250}, expect: *fine }\n`,
    );
    expect(parseScenario(anchored + many.join('')).destinations).toHaveLength(503);
  });

  test('of what does not exist, or of themselves, are refused', () => {
    expect(linesOf(anchored.replace('<<: *target', '<<: *targets'))).toEqual([
      'x.yaml:14:11: alias *targets: no anchor has that name; expected &targets before it',
    ]);
    expect(linesOf(anchored.replace('same: *slow', 'same: &same { <<: *same }'))).toEqual([
      'x.yaml:7:21: alias *same: stands for what it is in; expected another',
    ]);
    expect(linesOf('name: &x [[*x]]\n')).toEqual([
      'x.yaml:1:12: alias *x: stands for what it is in; expected another',
    ]);
    expect(linesOf(anchored.replace('<<: *slow', '<<: 5'))).toEqual([
      'x.yaml:6:17: <<: expected an alias of keys with values, or a list of such aliases',
    ]);
  });

  test('may be of a list of what is merged', () => {
    const names = 'names: &all [{a.example: 198.51.100.1}, {b.example: 198.51.100.2}]\n';
    const text = textOf({ names: '{<<: [{a.example: 198.51.100.1}, {b.example: 198.51.100.2}]}' });
    expect(Object.keys(parseScenario(text).names)).toEqual(['a.example', 'b.example']);
    expect(linesOf(`${names}links: {<<: *all}\n`).join()).not.toContain('<<');
    expect(linesOf('links: {<<: [{}, 5]}\n')).toEqual([
      'x.yaml:1:13: <<: expected an alias of keys with values, or a list of such aliases',
    ]);
  });

  test('that multiply, cost nothing', () => {
    const laughs = Array.from(
      { length: 30 },
      (_, index) => `k${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`,
    );
    const lines = linesOf(`${textOf({})}k0: &a0 [ha]\n${laughs.join('')}`);
    expect(lines).toHaveLength(31);
    expect(lines[0]).toMatch(/^x\.yaml:6:1: unknown key k0: /);
  });
});

test('a name may be that of anything an object has', () => {
  const links = '{constructor: {delay: 1ms}, toString: {}, hasOwnProperty: {}}';
  const networks = '{valueOf: {prefix: 198.51.100.0/24, path: [constructor, toString, hasOwnProperty]}}';
  expect(scenarioWith({ links, networks }).networks).toMatchObject({ valueOf: { path: { length: 3 } } });
  expect(() => scenarioWith({ networks: '{net: {prefix: 198.51.100.0/24, path: [valueOf]}}' })).toThrow(
    'path valueOf: no such link or router; expected one of lan, wan, r',
  );
});

test('keys are text, whatever they look like', () => {
  const links = '{1: {delay: 1ms}, 1.0: {}, true: {}, null: {}, ~: {}}';
  const networks = '{net: {prefix: 198.51.100.0/24, path: ["1", "1.0", "true", "null", "~"]}}';
  expect(scenarioWith({ links, networks }).networks.net?.path).toEqual(['1', '1.0', 'true', 'null', '~']);
});

test('times and addresses need no quotes', () => {
  const networks =
    '{net: {prefix: [2001:db8:1::/48, 198.51.100.0/24], hosts: {2001:db8:1::1: {}, 2001:db8:1::: {}}}}';
  const scenario = scenarioWith({ start: '2026-01-01T00:00:00Z', networks });
  expect(Object.keys(scenario.networks.net?.hosts ?? {})).toEqual(['2001:db8:1::1', '2001:db8:1::']);
});

describe('a text', () => {
  test('may have a byte order mark and lines that end in CR LF', () => {
    const text = `\ufeff${textOf({})}`.replaceAll('\n', '\r\n');
    expect(linesOf(text)).toEqual([]);
    expect(linesOf(text.replace('name: right', 'nmae: right'))).toEqual([
      'x.yaml:1:1: unknown key nmae: expected name',
    ]);
    expect(linesOf(text.replace('delay: 20ms', 'delay: 20'))).toEqual([]);
    expect(linesOf(text.replace('delay: 20ms', 'delay: x'))[0]).toMatch(/^x\.yaml:2:41: delay x: /);
  });

  test('is YAML 1.2, whatever it says of itself', () => {
    const text = `%YAML 1.1\n---\n${textOf({ name: 'yes', description: '2026-01-01' })}`;
    expect(parseScenario(text)).toMatchObject({ name: 'yes', description: '2026-01-01' });
  });
});
