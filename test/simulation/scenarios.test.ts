import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertDifferences } from '../../src/cli/simulation-alerts.ts';
import { differences } from '../../src/cli/simulation-table.ts';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import type { SimulationReport } from '../../src/simulation/report.ts';
import { type SimulateOptions, simulate } from '../../src/simulation/simulate.ts';

/** The scenarios that come with pinger. */
const FOLDER = new URL('../../scenarios/', import.meta.url);

const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

const textOf = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');

async function outcome(
  scenario: ScenarioGiven | string,
  options: SimulateOptions = {},
): Promise<SimulationReport> {
  const simulation = await simulate(scenario, options);
  return simulation.finish();
}

/** Of so many alike, one is as good as all: the crowds are there for their size. */
const FEW = 10;

/** A scenario as it is written, with smaller crowds. */
function givenBy(file: string): ScenarioGiven {
  const given: ScenarioGiven = parse(textOf(file));
  return {
    ...given,
    destinations: given.destinations.map((each) =>
      (each.count ?? 1) > FEW ? { ...each, count: FEW } : each,
    ),
  };
}

/** The same network in which nothing happens. */
const withoutTimeline = (given: ScenarioGiven): ScenarioGiven => ({ ...given, timeline: [] });

/** The same ways, on which packets are at most delayed, to hosts that answer whatever they get. */
const withoutImpairments = (given: ScenarioGiven): ScenarioGiven => ({
  ...given,
  links: mapped(given.links, ({ delay = 0 }) => ({ delay })),
  routers: mapped(given.routers, ({ address = [] }) => ({ address })),
  networks: mapped(given.networks, ({ hosts, ...network }) => network),
});

/** Whether a scenario has anything that the latter leaves out, but for jitter, which is everywhere. */
const isImpaired = ({ links = {}, routers = {}, networks }: ScenarioGiven): boolean => {
  const usual = ['delay', 'jitter', 'distribution', 'correlation', 'address', 'prefix', 'path', 'return'];
  const all = [links, routers, networks].flatMap((each): object[] => Object.values(each));
  return all.flatMap((each) => Object.keys(each)).some((key) => !usual.includes(key));
};

const mapped = <From, To>(from: Record<string, From> = {}, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(value)]));

test('there are many', () => expect(FILES.length).toBeGreaterThanOrEqual(12));

describe.each(FILES)('%s', (file) => {
  test('says what it is', () => {
    const text = textOf(file);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/schema\.json\nname: .+\n/);
    const [summary = '', gap, ...story] = givenBy(file).description?.trim().split('\n') ?? [];
    // As many columns as "pinger simulate --list" has for it.
    expect(summary).toMatch(/^.{20,78}$/);
    expect(gap).toBe('');
    expect(story.length).toBeGreaterThan(3);
  });

  test('expects something of every destination that is probed, and all of it comes true', async () => {
    const { destinations, alerts } = await outcome(fileURLToPath(new URL(file, FOLDER)));
    expect([...differences(destinations), ...alertDifferences(alerts)]).toEqual([]);
    const unjudged = destinations.filter(
      ({ expectations, measured }) => expectations.length === 0 && measured.sent + measured.unsent > 0,
    );
    expect(unjudged.map(({ destination }) => destination)).toEqual([]);
  }, 60_000);

  const given = givenBy(file);
  const isWhole = JSON.stringify(given) === JSON.stringify(parse(textOf(file)));

  test('does so with another seed', async () => {
    const { destinations, alerts } = await outcome(given, { seed: 20_260_101 });
    expect(differences(destinations)).toEqual([]);
    // Of fewer destinations there are fewer alerts.
    if (isWhole) expect(alertDifferences(alerts)).toEqual([]);
  });

  if (given.timeline)
    test('does not if nothing happens', async () => {
      const { destinations } = await outcome(withoutTimeline(given));
      expect(differences(destinations)).not.toEqual([]);
    });

  if (isImpaired(given))
    test('does not if links, routers and hosts do no more than they have to', async () => {
      const { destinations } = await outcome(withoutImpairments(given));
      expect(differences(destinations)).not.toEqual([]);
    });
});
