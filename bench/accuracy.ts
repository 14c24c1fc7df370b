import { fpingRounds, fpingTimes } from './fping.ts';
import { opingTimes } from './oping.ts';
import { type Delays, Path, SHORT, SPREAD } from './path.ts';
import { installed } from './process.ts';
import { count, figure, type Goal, type Measure, type Options, type Report } from './report.ts';
import {
  busyHost,
  type Errors,
  NETWORK,
  pingerErrors,
  printedErrors,
  smokepingErrors,
} from './rtt-errors.ts';
import { SMOKEPING_MOST, SMOKEPING_PROBER } from './smokeping-prober.ts';

const PATHS: { name: string; delays: Delays }[] = [
  { name: '1–200 ms', delays: SPREAD },
  { name: '0.1–0.9 ms', delays: SHORT },
];

const FULL = { destinations: 10_000, interval: 1000, warmUp: 5000, duration: 20_000 };
const QUICK = { destinations: 100, interval: 250, warmUp: 250, duration: 1000 };

interface Found {
  program: string;
  /** Probes a second. */
  rate: number;
  errors: Errors;
}

/** Each program in turn on the same path. */
async function compare(path: Path, size: typeof FULL): Promise<Found[]> {
  const found: Found[] = [];
  const add = (program: string, destinations: number, errors: Errors) => {
    found.push({ program, rate: Math.round((destinations / size.interval) * 1000), errors });
  };
  const { destinations, interval, duration } = size;
  const rounds = fpingRounds(destinations, duration / interval);
  const of = { network: NETWORK, interval, rounds, destinations };

  add('pinger', destinations, await pingerErrors({ path, ...size }));
  add('pinger, under load', destinations, await pingerErrors({ path, ...size }, { load: busyHost }));
  if (installed('fping'))
    add('fping', destinations, await printedErrors(path, 'fping', () => fpingTimes(path, of)));
  if (installed('oping'))
    add('oping', destinations, await printedErrors(path, 'oping', () => opingTimes(path, of)));
  if (installed(SMOKEPING_PROBER)) {
    const few = Math.min(destinations, SMOKEPING_MOST);
    add('smokeping_prober', few, await smokepingErrors({ path, ...size, destinations: few }));
  }
  return found;
}

function warningsOf(name: string, found: readonly Found[]): string[] {
  return found.flatMap(({ program, errors: { dropped, compared, answered, outcomes } }) => [
    ...(dropped > 0 ? [`The referee missed ${dropped} packets of ${program}'s at ${name}.`] : []),
    ...(outcomes !== undefined && compared !== answered
      ? [
          `${program}, ${name}: ${answered - compared} answered probes have no reply in the results (${outcomes}).`,
        ]
      : []),
  ]);
}

async function run({ quick }: Options): Promise<Report> {
  const report: Report = {
    title: 'Accuracy',
    method: METHOD,
    tables: [{ caption: '', columns: COLUMNS, rows: [] }],
    goals: [],
    panels: [],
    warnings: [],
  };
  for (const { name, delays } of quick ? PATHS.slice(0, 1) : PATHS) {
    const path = await Path.open(delays);
    try {
      const found = await compare(path, quick ? QUICK : FULL);
      for (const { program, rate, errors } of found) {
        const { compared, answered, p50, p99, p999, leastP99, bias } = errors;
        const counts = [rate, answered, compared].map(count);
        report.tables[0]?.rows.push([
          name,
          program,
          ...counts,
          ...[p50, p99, p999, leastP99, bias].map(figure),
        ]);
      }
      report.goals.push(...goalsOf(name, found, !quick));
      report.panels.push({
        title: `RTT error, replies after ${name}`,
        subtitle: 'µs, 99 % are off by less; 10,000/s, smokeping_prober 1,000/s; logarithmic',
        unit: 'µs',
        logarithmic: true,
        limit: LIMIT,
        bars: found.map(({ program, errors }) => ({
          label: program,
          value: errors.p99,
          ours: program.startsWith('pinger'),
        })),
      });
      report.warnings.push(...warningsOf(name, found));
    } finally {
      path.close();
    }
  }
  return report;
}

/** µs */
const LIMIT = 20;

function goalsOf(name: string, found: readonly Found[], judged: boolean): Goal[] {
  const of = (wanted: string) => found.find(({ program }) => program === wanted)?.errors;
  const quiet = of('pinger') as Errors;
  const loaded = of('pinger, under load') as Errors;
  const fping = of('fping');
  // Where fping prints milliseconds, its rounding is its error; taken off, next to nothing would be left that could be compared.
  const isShort = name === PATHS[1]?.name;
  const said = isShort ? 'leastP99' : 'p99';
  const met = (holds: boolean | undefined) => (judged ? holds : undefined);
  return [
    {
      measure: `RTT error, p99, ${name}`,
      figure: `${figure(quiet.p99)} µs`,
      goal: `≤ ${LIMIT} µs`,
      met: met(quiet.p99 <= LIMIT),
    },
    {
      measure: `RTT error, p99, ${name}, against fping`,
      figure: `${figure(quiet.p99)} to ${figure(fping?.[said])} µs`,
      goal: isShort ? 'below fping’s less its rounding' : 'below fping’s',
      met: met(fping && quiet.p99 < fping[said]),
    },
    {
      measure: `answered probes without a reply in the results, ${name}, quiet and under load`,
      figure: `${count(quiet.answered - quiet.compared)}, ${count(loaded.answered - loaded.compared)}`,
      goal: '0',
      met: met(quiet.answered === quiet.compared && loaded.answered === loaded.compared),
    },
    {
      measure: `RTT error, p99, ${name}, under load`,
      figure: `${figure(loaded.p99 / quiet.p99)} × that without`,
      goal: '≤ 2 ×',
      met: met(loaded.p99 <= 2 * quiet.p99),
    },
  ];
}

const COLUMNS = [
  'replies after',
  'program',
  'probes/s',
  'answered',
  'compared',
  'p50 µs',
  'p99 µs',
  'p99.9 µs',
  'p99 less rounding µs',
  'bias µs',
];

const METHOD = [
  `How far the round-trip time that a program reports of a probe is off the one that a capture (tcpdump, nanoseconds) on the program's own
interface has of the very same probe: the kernel's stamp of the reply less that of the request. pinger's are those in its table of results, the
first seconds left out. fping prints three decimals of a millisecond below 1 ms and none above 100 ms: “less rounding” is the least that its error can
have been before printing, and 0.1–0.9 ms is where it prints microseconds. oping writes two decimals. smokeping_prober's come
from the sums in its metrics, read so often that single replies can be told, and are of 1,000 destinations: with 10,000, its metrics take some ten seconds.`,
  `Under load: another process burns a core, and a third one runs “pinger stats” on the database over and over, a second apart, in place of a web
client, as pinger has no web server. The machine has the responder and the capture to run, too.`,
];

export const accuracy: Measure = {
  name: 'accuracy',
  about:
    'round-trip times against a packet capture, quiet and under load, beside fping, smokeping_prober and oping',
  run,
};
