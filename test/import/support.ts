import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImportContext, type ImportFormat, parseImport } from '../../src/import/formats.ts';
import type { Remark } from '../../src/import/found.ts';

/** A file of another program's, as people have them. */
export const example = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'data', name), 'utf8');

const lines = (remarks: Remark[]): string[] => remarks.map(({ line, message }) => `${line}: ${message}`);

/** What is in a text: destinations without what is undefined, and what is told as `line: message`. */
export const found = (format: ImportFormat, text: string, context?: ImportContext) => {
  const { destinations, problems, notes } = parseImport(format, text, context);
  return {
    destinations: destinations.map((each) => JSON.parse(JSON.stringify(each))),
    problems: lines(problems),
    notes: lines(notes),
  };
};
