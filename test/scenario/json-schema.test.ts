import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readScenario } from '../../src/scenario/parse.ts';
import { scenarioJsonSchema } from '../../src/scenario/schema.ts';
import { isRight, spoiled } from './garbage.ts';
import { RICH } from './rich.ts';
import { type Parts, textOf } from './support.ts';

/** As much of a schema as is looked at here. */
interface Json {
  $defs: Record<string, Json>;
  properties: Record<string, Json>;
  items: Json;
  anyOf: Json[];
  required: string[];
  title: string;
  additionalProperties: boolean;
}

const schema = scenarioJsonSchema() as Json;

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

const isValid = (parts: Parts): boolean => validate(parse(textOf(parts)));

test('the rich scenario and the least one are right', () => {
  expect(validate(RICH)).toBe(true);
  expect(validate({ name: '', networks: {}, destinations: [] })).toBe(true);
});

const FOLDER = join(import.meta.dirname, '../../scenarios');

test.each(readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')))(
  'scenarios/%s is right',
  async (file) => {
    await readScenario(join(FOLDER, file));
    const given: unknown = parse(readFileSync(join(FOLDER, file), 'utf8'), { merge: true });
    expect(validate(given), JSON.stringify(validate.errors)).toBe(true);
  },
);

describe('editors see what is wrong', () => {
  test.each<[keyof Parts & string, string]>([
    ['foo', '3'],
    ['name', '5'],
    ['name', '~'],
    ['seed', '-1'],
    ['seed', '1.5'],
    ['duration', '-5m'],
    ['duration', '0'],
    ['duration', '[1h]'],
    ['start', 'now'],
    ['source', '{adress: 192.0.2.1}'],
    ['source', '{address: []}'],
    ['links', '{lan: {dealy: 1ms}}'],
    ['links', '{lan: {delay: -1ms}}'],
    ['links', '{lan: {delay: -1}}'],
    ['links', '{lan: {delay: true}}'],
    ['links', '{lan: }'],
    ['links', '{lan: {loss: 3}}'],
    ['links', '{lan: {loss: 3 percent}}'],
    ['links', '{lan: {loss: {gemodel: {p: 1%}}}}'],
    ['links', '{lan: {loss: {random: 1%, gemodel: {p: 1%, r: 1%}}}}'],
    ['links', '{lan: {distribution: gaussian}}'],
    ['links', '{lan: {rate: 10mbps}}'],
    ['links', '{lan: {mtu: 20}}'],
    ['links', '{lan: {forward: {backward: {}}}}'],
    ['routers', '{r: {errors: some}}'],
    ['routers', '{r: {errors: {rate: 5}}}'],
    ['routers', '{r: {nat: {}}}'],
    ['networks', '{n: {}}'],
    ['networks', '{n: {prefix: 198.51.100.7}}'],
    ['networks', '{n: {prefix: 198.51.100.0/24, hosts: {web: {}}}}'],
    ['networks', '{n: {prefix: 198.51.100.0/24, hosts: {default: {tcp: echo}}}}'],
    ['networks', '{n: {prefix: 198.51.100.0/24, hosts: {default: {tcp: {0: open}}}}}'],
    ['networks', '{n: {prefix: 198.51.100.0/24, hosts: {default: {tcp: {65536: open}}}}}'],
    ['names', '{a: {failure: gone}}'],
    ['names', '{a: {failure: NXDOMAIN, ttl: 5s}}'],
    ['destinations', '[{}]'],
    ['destinations', '[{address: 198.51.100.7, protocol: gre}]'],
    ['destinations', '[{address: 198.51.100.7, port: 0}]'],
    ['destinations', '[{address: 198.51.100.7, expect: {p90: 3ms}}]'],
    ['destinations', '[{address: 198.51.100.7, expect: {loss: 0}}]'],
    ['timeline', '{at: 5m, outage: wan}'],
    ['timeline', '[{at: 5m}]'],
    ['timeline', '[{outage: wan}]'],
    ['timeline', '[{at: 5m, outage: wan, impair: wan, with: {}}]'],
    ['timeline', '[{at: 5m, outage: wan, for: 0}]'],
    ['timeline', '[{at: 5m, step: 1s, for: 5s}]'],
    ['timeline', '[{at: 5m, reject: r, with: reset}]'],
  ])('%s: %s', (key, text) => expect(isValid({ [key]: text })).toBe(false));

  test('and nothing wrong with what is right', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(spoiled, (scenario) => {
        // As YAML would have it.
        const text = JSON.stringify(scenario);
        const given: unknown = JSON.parse(text);
        fc.pre(isRight(given) && !text.includes('__proto__'));
        expect(validate(given), JSON.stringify(validate.errors)).toBe(true);
      }),
      { numRuns: 50, maxSkipsPerRun: 1000 },
    );
  });
});

describe('editors can tell what may be written', () => {
  const link = schema.$defs.link as Json;

  test('quantities are text or numbers, with what they mean and how they look', () => {
    expect(link.properties.delay).toMatchObject({
      type: ['string', 'number'],
      description: 'How long a packet takes',
      examples: ['20ms', '1.5s'],
    });
    expect(schema.properties.duration).toMatchObject({ default: '10m', examples: ['1h', '24h'] });
  });

  test('words are enumerated', () => {
    expect(link.properties.distribution).toMatchObject({
      enum: ['uniform', 'normal', 'pareto', 'paretonormal'],
    });
    expect(schema.$defs.host?.properties.ping).toMatchObject({
      enum: expect.arrayContaining(['reply', 'no-route']),
    });
    expect(schema.$defs.destination?.properties.protocol).toMatchObject({
      enum: ['udp', 'tcp', 'icmp', 'udp6', 'tcp6', 'icmp6'],
    });
  });

  test('events are of one kind each, which has a title, its own keys and no others', () => {
    const kinds = schema.properties.timeline?.items.anyOf ?? [];
    expect(kinds).toHaveLength(15);
    for (const { title, required, properties, additionalProperties } of kinds) {
      expect(required).toEqual(expect.arrayContaining(['at', title]));
      expect(properties).toHaveProperty(title);
      expect(additionalProperties).toBe(false);
    }
  });

  test('every value has a description', () => {
    const bare: string[] = [];
    const look = (value: unknown, at: string) => {
      if (typeof value !== 'object' || value === null) return;
      const { properties = {} } = value as Partial<Json>;
      for (const [key, each] of Object.entries(properties))
        if (!('description' in each) && !('$ref' in each)) bare.push(`${at}/${key}`);
      for (const [key, each] of Object.entries(value)) look(each, `${at}/${key}`);
    };
    look(schema, '');
    expect(bare).toEqual([]);
  });
});
