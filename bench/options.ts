import { parseArgs } from 'node:util';
import type { Measure, Options } from './report.ts';

/** What is wrong with the command line, in one line. */
export class UsageError extends Error {}

export interface Chosen extends Options {
  measures: Measure[];
  /** Into docs/. */
  write: boolean;
  help: boolean;
}

const FLAGS = {
  quick: { type: 'boolean', default: false },
  long: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

/** Throws UsageError. */
export function parseOptions(args: string[], measures: readonly Measure[]): Chosen {
  const { values, positionals } = parse(args);
  const names = measures.map(({ name }) => name);
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no measure "${unknown}"; there are ${names.join(', ')}`);
  if (values.quick && values.long) throw new UsageError('--quick and --long exclude each other');
  if (values.quick && values.write) throw new UsageError('--write: the figures of --quick mean nothing');
  const chosen = measures.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { ...values, measures: chosen };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    // What follows the first sentence is about things that start with a dash.
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}

export const usageText = (measures: readonly Measure[]): string =>
  [
    'npm run bench -- [NAME…] [--quick | --long] [--write]',
    '',
    ...measures.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`),
    '',
    '  --quick      shows in seconds that everything works; the figures mean nothing',
    '  --long       watches memory for an hour',
    '  --write      writes the pages in docs of which everything was measured',
  ].join('\n');
