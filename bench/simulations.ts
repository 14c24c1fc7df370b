import { count, figure, type Goal, type Measure, type Options, type Report } from './report.ts';
import { type SimulatingCase, simulating } from './simulating.ts';

const CASES: SimulatingCase[] = [
  { destinations: 100, duration: 14_400 },
  { destinations: 1000, duration: 600 },
  { destinations: 10_000, duration: 60 },
];

async function run({ quick }: Options): Promise<Report> {
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const each of quick ? [{ destinations: 50, duration: 60 }] : CASES) {
    const { destinations, duration, speed, probe, sent, stored } = await simulating(each);
    rows.push([
      count(destinations),
      `${count(duration)} s`,
      `${Math.round(speed)} ×`,
      figure(probe),
      count(sent),
      count(stored),
    ]);
    goals.push({
      measure: `simulated, ${count(destinations)}: probes sent, less results stored`,
      figure: `${count(sent)} − ${count(stored)}`,
      goal: '0',
      met: stored === sent,
    });
  }
  return {
    title: 'Simulation',
    method: ['Virtual time, interval 1 s, two links and a router with jitter and loss, every result stored.'],
    tables: [
      {
        caption: '',
        columns: ['destinations', 'simulated', 'real time', 'µs/probe', 'sent', 'stored'],
        rows,
      },
    ],
    goals,
    panels: [],
    warnings: [],
  };
}

export const simulations: Measure = {
  name: 'simulations',
  about: 'how much faster than real time networks are simulated',
  run,
};
