import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventOf } from '../../src/scenario/event.ts';
import { parseScenario, readScenario, scenarioOf } from '../../src/scenario/parse.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { temporaryFolder } from '../support/files.ts';
import { scenarioWith, textOf } from './support.ts';

const given = {
  name: 'an object',
  duration: '1h',
  links: { lan: { delay: 5, loss: { random: '1%' } }, wan: {} },
  networks: {
    'a b': {
      prefix: ['198.51.100.0/24', '2001:db8:1::/48'],
      path: 'lan',
      hosts: { '2001:DB8:1::5': { tcp: { 80: 'open' } } },
    },
  },
  destinations: [{ address: '198.51.100.7', expect: { sent: 3600 } }],
  timeline: [{ at: '2m', outage: 'lan', for: '30s' }],
} satisfies ScenarioGiven;

function problemsOf(given: unknown): readonly string[] {
  try {
    scenarioOf(given);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}

describe('scenarioOf', () => {
  test('takes an object of the same shape, and leaves it as it is', () => {
    const before = structuredClone(given);
    expect(scenarioOf(given)).toMatchObject({
      duration: 3600e9,
      links: { lan: { delay: 5e6 } },
      networks: { 'a b': { path: ['lan'], hosts: { '2001:db8:1::5': {} } } },
      timeline: [{ kind: 'outage', outage: ['lan'] }],
    });
    expect(given).toEqual(before);
  });

  test('is what the same text is', () => {
    expect(parseScenario(JSON.stringify(given))).toEqual(scenarioOf(given));
  });

  test('names the keys that lead to a problem', () => {
    const wrong = {
      ...given,
      links: { lan: { delay: -5, forward: { loss: '120%' } } },
      networks: { 'a b': { prefix: '198.51.100.0/24', hosts: { web: {} } } },
      timeline: [{ at: '2m', outage: 'lan' }, { outage: 5 }],
    };
    expect(problemsOf(wrong)).toEqual([
      'scenario.links.lan.delay: delay -5: expected a time with a unit, such as 200ms, 1.5s or 1h, from 0 to 104d',
      'scenario.links.lan.forward.loss: loss 120%: expected a percentage from 0% to 100%, such as 2.5%, or a model: random, gemodel',
      'scenario.networks["a b"].hosts.web: key web: expected an IPv4 or IPv6 address, or default',
      'scenario.timeline[1]: missing key at: expected a time with a unit, such as 200ms, 1.5s or 1h, from 0 to 104d',
      'scenario.timeline[1].outage: outage 5: expected a name or several; in quotes, "5" is text',
    ]);
  });

  test('names only keys that were given, as they were given', () => {
    const hosts = { '2001:DB8:2::5': {} };
    const networks = { 'a b': { ...given.networks['a b'], path: 'wam', hosts } };
    expect(problemsOf({ ...given, networks })).toEqual([
      'scenario.networks["a b"].path: path wam: no such link or router; expected one of lan, wan',
      'scenario.networks["a b"].hosts["2001:DB8:2::5"]: host 2001:db8:2::5: not in network a b; expected default, or an address in 198.51.100.0/24 or 2001:db8:1::/48',
    ]);
  });

  test.each([
    [undefined, 'scenario: there is nothing: expected keys with values: name, '],
    [null, 'scenario: scenario has no value: expected keys with values: name, '],
    [[], 'scenario: scenario (a list): expected keys with values: name, '],
    ['name: x', 'scenario: scenario name: x: expected keys with values: name, '],
    [() => 5, 'scenario: scenario () => 5: expected keys with values: name, '],
  ])('%s is none', (value, line) => expect(problemsOf(value)).toEqual([expect.stringContaining(line)]));
});

describe('readScenario', () => {
  const folder = temporaryFolder();

  test('reads a file, and calls it by its path', async () => {
    const file = join(folder(), 'one.yaml');
    writeFileSync(file, textOf({ name: '5' }));
    await expect(readScenario(file)).rejects.toThrow(
      new ScenarioError([`${file}:1:7: name 5: expected text; in quotes, "5" is text`]),
    );
    writeFileSync(file, textOf({ name: 'five' }));
    expect((await readScenario(file)).name).toBe('five');
  });

  test('tells of what is no file', async () => {
    const nowhere = join(folder(), 'nowhere.yaml');
    const line = (file: string, message: string) => new ScenarioError([`${file}: ${message}`]);
    await expect(readScenario(nowhere)).rejects.toThrow(
      line(nowhere, 'there is no such file: expected the path of a scenario in YAML'),
    );
    const inner = join(folder(), 'inner');
    mkdirSync(inner);
    await expect(readScenario(inner)).rejects.toThrow(
      line(inner, 'a folder: expected a file with a scenario in YAML'),
    );
  });

  test('tells of what is no text', async () => {
    const file = join(folder(), 'bytes.yaml');
    writeFileSync(file, Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251)));
    await expect(readScenario(file)).rejects.toThrow(ScenarioError);
  });
});

describe('eventOf', () => {
  const scenario = scenarioWith({ timeline: '[{at: 1m, add: {address: 198.51.100.9, name: new}}]' });

  test('is an event of the timeline, at that time, which may be after the end', () => {
    expect(eventOf({ outage: 'wan', for: '30s' }, scenario, 7200e9)).toEqual({
      kind: 'outage',
      at: 7200e9,
      for: 30e9,
      outage: ['wan'],
    });
    expect(eventOf({ remove: 'new' }, scenario, 120e9)).toEqual({
      kind: 'remove',
      at: 120e9,
      remove: ['new'],
    });
  });

  test.each<[object, string]>([
    [{}, 'event: nothing happens: expected one of outage, impair, '],
    [{ outage: 'wam' }, 'event: outage wam: no such link or router; expected one of lan, wan, r'],
    [{ outage: 'wan', step: '1s' }, 'event: outage and step in one event: expected an event for each'],
    [{ step: 'soon' }, 'event: step soon: expected a time with a sign and a unit'],
    [
      { remove: 'new' },
      'event: remove new: no destination has that address or name at 30s; expected 198.51.100.7',
    ],
  ])('%j is none', (happening, line) => {
    const happens = () => eventOf(happening as Parameters<typeof eventOf>[0], scenario, 30e9);
    expect(happens).toThrow(ScenarioError);
    expect(happens).toThrow(line);
  });
});
