import { parse } from 'csv-parse/sync';
import { protocolName } from '../entities/protocol.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { parseMilliseconds } from '../scenario/units.ts';
import { anyOf, shown } from '../scenario/wording.ts';
import { type Findings, type FoundDestination, noFindings, type ProtocolName } from './found.ts';

type Column = Exclude<keyof FoundDestination, 'line' | 'family'>;

/** What a cell has to be; throws RangeError with what would be right. */
const COLUMNS: { readonly [Name in Column]: (text: string) => FoundDestination[Name] } = {
  address: (text) => text,
  protocol: parseProtocol,
  port: parseWhole,
  interval: (text) => parseMilliseconds(text) / MILLISECOND,
  timeout: (text) => parseMilliseconds(text) / MILLISECOND,
  ttl: parseWhole,
  data: (text) => text,
  size: parseWhole,
  name: (text) => text,
  active: parseBoolean,
  source_id: parseWhole,
  source: (text) => text,
};

const NAMES = Object.keys(COLUMNS) as Column[];

/** The table gives each row an id of its own. */
const WITHOUT_USE = 'id';

const DELIMITERS = [',', ';', '\t'] as const;

/** The columns that a first line names, and what is between them; undefined where it is no header of destinations. */
export function headerOf(text: string): { columns: string[]; delimiter: string } | undefined {
  const [first = ''] = text.split('\n', 1);
  for (const delimiter of DELIMITERS) {
    const columns = first.split(delimiter).map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .toLowerCase(),
    );
    if (columns.includes('address') && (columns.length > 1 || delimiter === ','))
      return { columns, delimiter };
  }
  return undefined;
}

/** CSV whose first row names columns of the table of destinations: https://www.rfc-editor.org/rfc/rfc4180 */
export function parseCsv(text: string): Findings {
  const findings = noFindings();
  const header = headerOf(text);
  if (!header) {
    const message = `expected a first row with the names of columns, address among them: ${NAMES.join(', ')}`;
    return { ...findings, problems: [{ line: 1, message }] };
  }
  const { columns, delimiter } = header;
  for (const column of columns)
    if (column !== WITHOUT_USE && !isColumn(column))
      findings.notes.push({
        line: 1,
        message: `column ${shown(column)} is left out: expected ${anyOf(NAMES)}`,
      });
  for (const { line, record } of recordsOf(text, delimiter)) {
    if (record) readRow(record, columns, line, findings);
    else findings.problems.push({ line, message: MISQUOTED });
  }
  return findings;
}

const MISQUOTED =
  'a quote that is not closed, or within a cell: expected quotes around a whole cell, and twice within it';

/** The most lines that a cell in quotes takes; a quote that nobody closes would take all of them. */
const MOST_LINES = 50;

/** The rows after the first, each with the line that it begins in, and without cells where those cannot be told. */
function* recordsOf(text: string, delimiter: string): Generator<{ line: number; record?: string[] }> {
  const lines = text.split('\n');
  for (let index = 1; index < lines.length; index++) {
    const line = index + 1;
    let row = lines[index] as string;
    if (row.trim() === '') continue;
    let taken = index;
    while (quotesIn(row) % 2 === 1 && taken + 1 < lines.length && taken - index < MOST_LINES)
      row += `\n${lines[++taken]}`;
    const record = recordOf(row, delimiter);
    if (record) index = taken;
    yield { line, ...(record ? { record } : {}) };
  }
}

const quotesIn = (text: string): number => text.split('"').length - 1;

function recordOf(row: string, delimiter: string): string[] | undefined {
  if (!row.includes('"')) return row.split(delimiter);
  try {
    const records: string[][] = parse(row, { delimiter, relax_column_count: true });
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined;
  }
}

function readRow(
  record: string[],
  columns: string[],
  line: number,
  { destinations, problems }: Findings,
): void {
  if (record.length > columns.length) {
    problems.push({
      line,
      message: `${record.length} cells: expected ${columns.length}, as in the first row`,
    });
    return;
  }
  const found: Record<string, unknown> = { line };
  for (const [index, cell] of record.entries()) {
    const column = columns[index] as string;
    const text = column === 'data' ? cell : cell.trim();
    if (!isColumn(column) || text === '') continue;
    try {
      found[column] = COLUMNS[column](text);
    } catch (error) {
      problems.push({ line, message: `${column} ${shown(text)}: ${(error as Error).message}` });
      return;
    }
  }
  if (found.address === undefined)
    problems.push({ line, message: 'address is empty: expected a host name or IP address' });
  else destinations.push(found as unknown as FoundDestination);
}

const isColumn = (name: string): name is Column => Object.hasOwn(COLUMNS, name);

function parseProtocol(text: string): ProtocolName {
  const name = (protocolName(Number(text)) ?? text).toLowerCase();
  if (PROTOCOLS.includes(name)) return name as ProtocolName;
  throw new RangeError(`expected ${anyOf(PROTOCOLS)}, or its number from 1 to 6`);
}

const PROTOCOLS = [1, 2, 3, 4, 5, 6].map((value) => String(protocolName(value)).toLowerCase());

function parseWhole(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RangeError('expected a whole number');
}

function parseBoolean(text: string): boolean {
  const word = text.toLowerCase();
  if (['true', 'yes', '1'].includes(word)) return true;
  if (['false', 'no', '0'].includes(word)) return false;
  throw new RangeError('expected true or false');
}
