import type { Verdict } from '../simulation/expected-results.ts';
import type { DestinationReport } from '../simulation/report.ts';
import { cell, lossCell, oneLine, rttCell, timeCell } from './format.ts';
import { type Column, formatTable } from './table.ts';

const COUNTS = ['late', 'duplicate', 'corrupt', 'unsent'] as const;

const COLUMNS: Column[] = [
  { heading: 'destination' },
  ...['sent', 'loss asked', 'network', 'measured', 'rtt asked', 'network', 'measured', 'p99', ...COUNTS].map(
    (heading) => ({ heading, right: true }),
  ),
  { heading: 'expected' },
];

/** What was asked of the network, what it did and what was measured, side by side; round-trip times in ms, means unless they say otherwise. */
export const formatSimulation = (destinations: readonly DestinationReport[]): string =>
  formatTable(
    COLUMNS,
    destinations.map(({ destination, name, network, measured, expectations }) => [
      cell(titleOf(destination, name)),
      cell(measured.sent),
      lossCell(network.asked.loss),
      lossCell(network.sent === 0 ? null : 1 - network.answered / network.sent),
      lossCell(measured.loss),
      rttCell(network.asked.rtt),
      rttCell(network.avg),
      rttCell(measured.avg),
      rttCell(measured.p99),
      ...COUNTS.map((name) => cell(measured[name])),
      expectedCell(expectations),
    ]),
  );

function expectedCell(expectations: readonly Verdict[]): string {
  if (expectations.length === 0) return '';
  const holding = expectations.filter(({ holds }) => holds).length;
  return holding === expectations.length ? 'met' : `${holding} of ${expectations.length} met`;
}

/** A line for each expectation that did not hold. */
export const differences = (destinations: readonly DestinationReport[]): string[] =>
  destinations.flatMap(({ destination, name, expectations }) =>
    expectations
      .filter(({ holds }) => !holds)
      .map(
        (verdict) =>
          `${oneLine(titleOf(destination, name))}: ${verdict.figure} ${verdict.measured}, expected ${verdict.expected}${spanText(verdict)}`,
      ),
  );

/** Several rows may probe the same in different ways: their names tell them apart. */
const titleOf = (destination: string, name: string | null): string =>
  name === null ? destination : `${destination} (${name})`;

/** The span of time that an expectation is about; nothing of one about all of it. */
export function spanText({ from, to }: Pick<Verdict, 'from' | 'to'>): string {
  if (to === null) return from === 0 ? '' : ` (from ${timeCell(from)})`;
  return ` (from ${timeCell(from)} to ${timeCell(to)})`;
}
