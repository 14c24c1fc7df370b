import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { dueAfter, firstDue } from '../../src/probing/schedule.ts';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import type { SimulationReport } from '../../src/simulation/report.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { scenario } from './arbitrary.ts';
import { resultsOf, SETTLED, Witness } from './witness.ts';

interface Run {
  scenario: ScenarioGiven;
  witness: Witness;
  results: NewResult[];
  report: SimulationReport;
}

async function run(scenario: ScenarioGiven): Promise<Run> {
  const witness = new Witness();
  const results: NewResult[] = [];
  const simulation = await simulate(scenario, { observer: witness });
  witness.now = () => simulation.now;
  witness.now = () => simulation.now;
  simulation.on('result', (result) => results.push(result));
  return { scenario, witness, results, report: await simulation.finish() };
}

const RUNS = Number(process.env.PINGER_TEST_RUNS ?? 60);

/** Checks a property of random scenarios. One that fails is made as small as can be, and kept as a file that `pinger simulate` takes. */
async function holds(scenarios: fc.Arbitrary<ScenarioGiven>, check: (run: Run) => void): Promise<void> {
  const property = fc.asyncProperty(scenarios, async (each) => check(await run(each)));
  const seed = Number(process.env.PINGER_TEST_SEED ?? 20_260_101);
  const { failed, counterexample, errorInstance, numShrinks } = await fc.check(property, {
    seed,
    numRuns: RUNS,
    endOnFailure: false,
  });
  if (!failed) return;
  const file = join(mkdtempSync(join(tmpdir(), 'pinger-failed-')), 'scenario.yaml');
  const [smallest] = counterexample ?? [];
  writeFileSync(file, stringify(smallest));
  throw new Error(
    `PINGER_TEST_SEED=${seed}, made smaller ${numShrinks} times: pinger simulate ${file}\n${stringify(smallest)}`,
    { cause: errorInstance },
  );
}

const ids = ({ scenario }: Run): number[] => scenario.destinations.map((_, index) => index + 1);

test('every probe is accounted for once, whatever happens', () =>
  holds(scenario(), (run) => {
    const { witness, results, report } = run;
    for (const id of ids(run)) {
      const mine = resultsOf(results, id);
      const settled = mine.filter(({ outcome }) => SETTLED.has(outcome));
      expect(settled.map(({ sentAt }) => sentAt ?? 0).sort(ascending)).toEqual(
        witness.of(id).map(({ sentAt }) => sentAt),
      );
      // One after the other, without a gap; those that were never sent count, too. A row that is active again starts anew.
      if (isPaused(run.scenario, id)) continue;
      const ended = mine.filter(({ outcome }) => SETTLED.has(outcome) || outcome === 'unsent');
      const sequences = ended.map(({ rseq }) => rseq).sort(ascending);
      expect(sequences).toEqual(sequences.map((_, index) => index));
    }
    expect(report.stored).toBe(results.length);
    expect(report.sent).toBe(witness.probes.size);
  }));

test('an answer is credited to the probe that caused it, with the time that the network took, to the nanosecond', () =>
  holds(scenario(['pause']), (run) => {
    const { scenario, witness, results } = run;
    const stepped = scenario.timeline?.some((event) => 'step' in event || 'leap' in event);
    for (const id of ids(run)) {
      const probes = new Map(witness.of(id).map((probe) => [probe.sentAt, probe]));
      for (const { rtt, rtime, sentAt, outcome } of resultsOf(results, id)) {
        if (rtt === null || sentAt === null) continue;
        const caused = probes.get(sentAt)?.answers.find(({ at }) => at - sentAt === rtt);
        expect(caused, `${outcome} of ${id}`).toBeDefined();
        if (!stepped && caused) expect(rtime).toBe(START + BigInt(Math.round(caused.now * 1e6)));
      }
    }
  }));

test('nothing that comes back undamaged is lost', () =>
  holds(scenario(['pause', 'suspend', 'change', 'remove']).map(undamaged), (run) => {
    for (const id of ids(run)) {
      const answers = run.witness
        .of(id)
        .flatMap(({ sentAt, answers }) => answers.filter(({ at }) => at - sentAt < KEPT && at <= END));
      const rows = resultsOf(run.results, id).filter(
        ({ rtt, sentAt }) => rtt !== null && rtt + (sentAt ?? 0) <= END,
      );
      expect(rows).toHaveLength(answers.length);
    }
  }));

test('schedules are exact, and an edit moves nobody else’s', () =>
  holds(scenario(['pause', 'suspend', 'interface']).map(firstIsEdited), (run) => {
    for (const [index, given] of run.scenario.destinations.entries()) {
      if (index === 0) continue;
      const id = index + 1;
      const interval = Number.parseInt(String(given.interval ?? 1000), 10);
      const due: number[] = [];
      for (let at = firstDue(id, interval, 0); at < END; at = dueAfter(id, interval, at)) due.push(at);
      expect(run.witness.of(id).map(({ sentAt }) => sentAt)).toEqual(due);
    }
  }));

const isPaused = ({ timeline = [] }: ScenarioGiven, id: number): boolean =>
  timeline.some((event) => 'change' in event && event.change === `d${id}` && 'active' in event.to);

const ascending = (a: number, b: number): number => a - b;

/** When a scenario starts unless told otherwise, ns. */
const START = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;

/** When a scenario of these ends, ms; what comes later may find nobody. */
const END = 20_000;

/** How long an answer is known as such at least: 10 s after the shortest timeout, ms. */
const KEPT = 10_000;

/** Nothing is damaged, and what ICMP errors quote is all there. */
function undamaged({ links, routers, timeline = [], ...rest }: ScenarioGiven): ScenarioGiven {
  return {
    ...rest,
    links: Object.fromEntries(
      Object.entries(links ?? {}).map(([name, { corrupt, ...link }]) => [name, link]),
    ),
    routers: Object.fromEntries(
      Object.entries(routers ?? {}).map(([name, { nat, quote, ...router }]) => [name, router]),
    ),
    timeline: timeline.filter((event) => !('with' in event && 'impair' in event)),
  };
}

/** Somebody edits the first row; the others are at an address that always is somewhere. */
function firstIsEdited({ destinations, timeline = [], ...rest }: ScenarioGiven): ScenarioGiven {
  return {
    ...rest,
    destinations: destinations.map((given, index) =>
      index === 0
        ? given
        : { ...given, address: given.protocol?.endsWith('6') ? '2001:db8:1::9' : '198.51.100.9' },
    ),
    timeline: timeline.filter(
      (event) => !('change' in event || 'remove' in event) || Object.values(event).includes('d1'),
    ),
  };
}
