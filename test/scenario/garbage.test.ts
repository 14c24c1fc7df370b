import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { settingsOf } from '../../src/entities/settings.ts';
import { impairmentsOf } from '../../src/scenario/link-schema.ts';
import { parseScenario, scenarioOf } from '../../src/scenario/parse.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { rowsOf } from '../../src/scenario/rows.ts';
import { anyValue, isRight, spoiled } from './garbage.ts';
import { RICH } from './rich.ts';
import { textOf } from './support.ts';

/** Where, what is wrong, and what would be right. */
const LINE = /^file:[1-9]\d*:[1-9]\d*: (not YAML: .+|.+[:;] (.*expected .+|there is none))$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Reads a text that may be anything, and looks at how it is refused. */
function read(text: string): void {
  try {
    parseScenario(text, 'file');
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    expect(error.message.split('\n')).toEqual(error.problems);
    const places = text.split('\n').length;
    for (const line of error.problems) {
      expect(line).toMatch(LINE);
      expect(line).not.toMatch(UNSAFE);
      expect(Number(line.split(':')[1])).toBeLessThanOrEqual(places);
    }
  }
}

test('the rich scenario is right', () => {
  expect(() => scenarioOf(RICH)).not.toThrow();
  expect(parseScenario(stringify(RICH))).toEqual(scenarioOf(RICH));
});

describe('garbage throws nothing but ScenarioError, with a line for each problem', () => {
  test('in any place of a scenario', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(spoiled, (scenario) => read(stringify(scenario, { aliasDuplicateObjects: false }))),
      { numRuns: 300 },
    );
  });

  test('in any place of an object', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(spoiled, (scenario) => {
        try {
          scenarioOf(scenario);
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
          for (const line of error.problems) expect(line).toMatch(/^scenario\S*.*: .+/);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('as a whole', () => {
    fc.assert(fc.property(anyValue, (value) => read(stringify(value, { aliasDuplicateObjects: false }))));
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => scenarioOf(value)).toThrow(ScenarioError);
      }),
    );
  });

  test('as text', () => {
    const signs = fc.constantFrom(
      ...' \n\t:-?,[]{}#&*!|>\'"%@`~<=.0a',
      'name',
      'links',
      '<<',
      '---',
      '...',
      '\r\n',
      '\ufeff',
    );
    fc.assert(fc.property(fc.array(signs, { maxLength: 60 }), (all) => read(all.join(''))));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), read));
  });

  test('in the middle of the text', { timeout: 60_000 }, () => {
    const text = stringify(RICH);
    const signs = fc.constantFrom(
      '',
      ' ',
      '\n',
      '\t',
      ':',
      '- ',
      '[',
      '}',
      '"',
      '&a ',
      '*a',
      '!a ',
      '| ',
      '%',
      '#',
    );
    const places = fc.nat(text.length);
    fc.assert(
      fc.property(places, fc.nat(3), signs, (at, length, sign) =>
        read(text.slice(0, at) + sign + text.slice(at + length)),
      ),
      { numRuns: 300 },
    );
  });
});

test('what is let through can be used', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(spoiled, (given) => {
      fc.pre(isRight(given));
      const scenario = scenarioOf(given);
      for (const link of Object.values(scenario.links))
        for (const impairments of Object.values(impairmentsOf(link)))
          for (const value of Object.values(impairments)) expect(value).not.toBeUndefined();
      const blank = { id: 0, active: true, interval: 1000, timeout: 1000, ttl: 64, data: '', port: null };
      for (const row of scenario.destinations.flatMap(rowsOf))
        expect(settingsOf({ ...blank, ...row } as Parameters<typeof settingsOf>[0])).not.toHaveProperty(
          'problem',
        );
    }),
    { numRuns: 50, maxSkipsPerRun: 1000 },
  );
});

test('what is right stays right when its text is read as an object', () => {
  expect(scenarioOf(JSON.parse(JSON.stringify(RICH)))).toEqual(scenarioOf(RICH));
  expect(() => parseScenario(textOf({}))).not.toThrow();
});
