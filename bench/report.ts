import { formatTable } from '../src/cli/table.ts';

export interface Options {
  /** Shows that everything works, in seconds; the figures mean nothing. */
  quick: boolean;
  /** Memory is watched for an hour. */
  long: boolean;
}

/** Something to be measured, by the name that the command line has for it. */
export interface Measure {
  name: string;
  about: string;
  run(options: Options): Promise<Report>;
}

export interface Table {
  caption: string;
  columns: string[];
  rows: string[][];
}

/** A figure that is asked for. */
export interface Goal {
  measure: string;
  figure: string;
  goal: string;
  /** Undefined where it could not be measured. */
  met: boolean | undefined;
}

export interface Bar {
  label: string;
  value: number;
  /** Whether it is pinger's. */
  ours: boolean;
}

/** A panel of the picture: horizontal bars, or a line over time. */
export type Panel = {
  title: string;
  /** What it is in, and how it was measured. */
  subtitle: string;
  unit: string;
  /** Where the goal is. */
  limit?: number;
} & ({ bars: Bar[]; logarithmic?: boolean } | { line: { x: number; y: number }[]; xUnit: string });

export interface Report {
  title: string;
  /** How it was measured: a paragraph each. */
  method: string[];
  tables: Table[];
  goals: Goal[];
  panels: Panel[];
  /** Whatever makes the figures worth less, such as packets that the referee missed. */
  warnings: string[];
}

const met = ({ met }: Goal): string => ({ true: 'yes', false: 'NO', undefined: 'not measured' })[`${met}`];

/** The goals, as a table like any other. */
export const goalTable = (goals: readonly Goal[]): Table => ({
  caption: '',
  columns: ['measure', 'figure', 'goal', 'met'],
  rows: goals.map((goal) => [goal.measure, goal.figure, goal.goal, met(goal)]),
});

const isNumber = (cell: string): boolean => /^[-−]?[\d.,]*( |$)/.test(cell);

/** Columns of numbers line up at the right. */
const rightColumns = ({ columns, rows }: Table): boolean[] =>
  columns.map((_, n) => rows.every((row) => isNumber(row[n] ?? '') || row[n] === ''));

export function textOf(table: Table): string {
  const right = rightColumns(table);
  const text = formatTable(
    table.columns.map((heading, n) => ({ heading, right: right[n] === true })),
    table.rows,
  );
  return table.caption ? `${table.caption}:\n${text}` : text;
}

export function markdownOf(table: Table): string {
  const right = rightColumns(table);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    ...(table.caption ? [`${table.caption}:`, ''] : []),
    line(table.columns),
    line(right.map((isRight) => (isRight ? '--:' : '---'))),
    ...table.rows.map(line),
  ].join('\n');
}

/** A figure with some three digits that count. */
export function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  if (Math.abs(value) >= 1000) return count(Math.round(value));
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

export const count = (value: number): string => value.toLocaleString('en');
