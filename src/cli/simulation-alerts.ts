import type { AlertHappening, AlertsReport, AlertVerdict } from '../simulation/alert-observations.ts';
import { cell, oneLine, timeCell } from './format.ts';
import { spanText } from './simulation-table.ts';
import { formatTable } from './table.ts';

/** So many lines are shown; of more, the rest is counted. */
const MOST_LINES = 50;

/** What came of alerts, in the order in which it came, and how it was told. */
export function alertLines({ happenings, messages, expectations }: AlertsReport): string[] {
  const fired = happenings.filter(({ kind }) => kind === 'fired').length;
  const holding = expectations.filter(({ holds }) => holds).length;
  const summary = `Alerts: ${fired} fired, ${messages} ${messages === 1 ? 'message' : 'messages'}; ${holding} of ${expectations.length} expectations met.`;
  if (happenings.length === 0) return [summary];
  const more = happenings.length - MOST_LINES;
  return [
    summary,
    '',
    formatTable(
      ['at', 'what', 'rule', 'destination', 'detail', 'note'].map((heading) => ({
        heading,
        right: heading === 'at',
      })),
      happenings.slice(0, MOST_LINES).map(cellsOf),
    ),
    ...(more > 0 ? [`and ${more} more; --json has all`] : []),
  ];
}

const cellsOf = ({ at, kind, rule, destination, detail, suppressed, ended }: AlertHappening): string[] => [
  timeCell(Math.round(at)),
  kind,
  cell(rule),
  cell(destination ?? 'the source itself'),
  cell(detail),
  [suppressed === null ? [] : [`by ${suppressed}`], ended ?? []].flat().map(cell).join(', '),
];

/** A line for each expectation of alerts that did not hold. */
export const alertDifferences = (report: AlertsReport | null): string[] =>
  (report?.expectations ?? [])
    .filter(({ holds }) => !holds)
    .map((verdict) => {
      const { count, measured, expected } = verdict;
      return `alerts${filterOf(verdict)}: ${count} ${measured}, expected ${expected}${spanText(verdict)}`;
    });

const filterOf = ({ rule, destinations, channel }: AlertVerdict): string =>
  Object.entries({ rule, destinations, channel })
    .flatMap(([name, value]) => (value === undefined ? [] : ` of ${name} ${oneLine(value)}`))
    .join('');
