import { goalTable, markdownOf, type Report } from './report.ts';

/** docs/benchmarks.md. */
export function page(machine: readonly [string, string][], reports: readonly Report[]): string {
  const goals = reports.flatMap((report) => report.goals);
  const facts = machine.map(([name, value]) => `${name} ${value}`).join(', ');
  const sections = reports.flatMap(({ title, method, tables, warnings }) => [
    `## ${title}`,
    ...method,
    ...tables.map(markdownOf),
    ...warnings,
  ]);
  return `${[
    '# Benchmarks',
    `Written by \`npm run bench -- --write\`: everything in one run, one program after the other on the same machine. Ratios carry over to other
machines, the figures do not. Every program probes from one network namespace into another, over a veth pair, whose far end answers each address after a delay
of its own; or over loopback, where it says so. Peers are Debian's packages; the engine of SmokePing is fping.`,
    `${facts}.`,
    '![Bars of the figures below](benchmarks.svg)',
    '## Goals',
    markdownOf(goalTable(goals)),
    ...sections,
  ].join('\n\n')}\n`;
}
