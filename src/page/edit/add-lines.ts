import type { NewDestinationBody } from '../../http/schemas/destination.ts';
import { ApiError } from '../api/client.ts';
import { plural } from '../figures.ts';
import { type FieldProblems, fieldOf } from './draft.ts';
import type { Editor } from './editor.ts';
import type { PastedLine } from './pasted.ts';
import { problemsOf } from './texts.ts';

/** A line that pinger does not take, and why. */
export interface RefusedLine {
  line: PastedLine;
  why: string;
}

/** What has become of lines. */
export interface AddedLines {
  /** What is done, for people; undefined where nothing is. */
  said: string | undefined;
  /** Those that are not in the table. */
  left: readonly PastedLine[];
  refused: RefusedLine[];
  /** What is wrong with what all of them share. */
  problems: FieldProblems;
  problem: string | undefined;
}

/** The API takes so many at once. */
const AT_ONCE = 1000;

/** What is wrong with these is one line's own. */
const OF_A_LINE = /\/(\d+)(?:\/(?:address|protocol|port|name))?$/;

/** Adds what lines say. Those that pinger refuses keep none of the others out. */
export async function addLines(
  editor: Editor,
  lines: readonly PastedLine[],
  settings: Omit<NewDestinationBody, 'address'>,
): Promise<AddedLines> {
  const refused: RefusedLine[] = [];
  let left = [...lines];
  let added = 0;
  let existing = 0;
  const outcome = (problems: FieldProblems = {}, problem?: string): AddedLines => ({
    said: saidOf(added, existing),
    left: lines.filter((line) => left.includes(line) || refused.some((each) => each.line === line)),
    refused,
    problems,
    problem,
  });
  while (left.length > 0) {
    const some = left.slice(0, AT_ONCE);
    const bodies = some.map(({ address, name }) => ({ ...settings, address, ...(name && { name }) }));
    const [only] = bodies;
    try {
      const answer = await editor.add(lines.length === 1 && only ? only : bodies);
      added += answer.added.length;
      existing += answer.existing.length;
      left = left.slice(some.length);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const wrong = lines.length === 1 ? [] : wrongLines(error, some);
      if (wrong.length === 0) {
        const { fields, form } = problemsOf(error.problem, fieldOf);
        const { address, ...others } = fields;
        return outcome({ ...others, ...(address && { lines: address }) }, form);
      }
      refused.push(...wrong);
      left = left.filter((line) => !wrong.some((each) => each.line === line));
    }
  }
  return outcome();
}

/** The lines that an error names; none where it is about what all of them share. */
function wrongLines({ problem }: ApiError, lines: readonly PastedLine[]): RefusedLine[] {
  return (problem.errors ?? []).flatMap(({ pointer, detail }) => {
    const [, index] = OF_A_LINE.exec(pointer) ?? [];
    const line = index === undefined ? undefined : lines[Number(index)];
    return line ? [{ line, why: detail }] : [];
  });
}

function saidOf(added: number, existing: number): string | undefined {
  if (added + existing === 0) return undefined;
  const there = `${plural(existing, 'was', 'were')} there already, with ${existing === 1 ? 'its' : 'their'} own settings.`;
  if (existing === 0) return `Added ${plural(added, 'destination')}.`;
  return added === 0 ? there : `Added ${plural(added, 'destination')}; ${there}`;
}
