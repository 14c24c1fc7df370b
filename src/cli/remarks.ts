import type { Remark } from '../import/found.ts';
import { oneLine } from './format.ts';
import { tell } from './output.ts';

/** So many lines about one file are told at most. */
const MOST = 100;

/** Tells what there is to say about the lines of a file, one line each, on standard error. */
export function tellRemarks(name: string, remarks: readonly Remark[]): void {
  const inOrder = remarks.toSorted((one, other) => one.line - other.line);
  for (const { line, message } of inOrder.slice(0, MOST)) tell(oneLine(`${name}:${line}: ${message}`));
  if (inOrder.length > MOST) tell(oneLine(`${name}: and ${inOrder.length - MOST} more lines of that kind`));
}
