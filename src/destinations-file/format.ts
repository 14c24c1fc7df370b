import { isIP } from 'node:net';
import { stringify } from 'yaml';
import type { Destination } from '../entities/destination.ts';
import { COLUMN_DEFAULTS } from '../entities/destination-defaults.ts';
import { Protocol, protocolName } from '../entities/protocol.ts';
import { settingsOf } from '../entities/settings.ts';

export interface FormattedDestinations {
  yaml: string;
  /** Rows that no file can say, because they cannot be probed: the text has them as comments. */
  bad: { id: number; problem: string }[];
}

/**
 * The table as the file that makes it so again. `sources` are the names of the sources by their ids; what a row has by
 * default is left out.
 */
export function formatDestinations(
  rows: readonly Destination[],
  sources: ReadonlyMap<number, string>,
): FormattedDestinations {
  const bad: FormattedDestinations['bad'] = [];
  const good: object[] = [];
  for (const row of rows) {
    const problem = problemOf(row, sources);
    if (problem === undefined) good.push(entryOf(row, sources));
    else bad.push({ id: row.id, problem });
  }
  return { yaml: stringify({ destinations: good }, { lineWidth: 0 }), bad };
}

function problemOf(row: Destination, sources: ReadonlyMap<number, string>): string | undefined {
  const settings = settingsOf(row);
  if ('problem' in settings) return settings.problem;
  if (row.source_id === null || sources.has(row.source_id)) return undefined;
  return `source_id ${row.source_id}: there is no such source, or it has no name`;
}

function entryOf(row: Destination, sources: ReadonlyMap<number, string>): object {
  const { address, name, active, protocol, port, interval, timeout, ttl, data, source_id } = row;
  const usual = isIP(address) === 6 ? Protocol.ICMP6 : Protocol.ICMP;
  const all = {
    address,
    name: name ?? undefined,
    protocol: protocol === usual ? undefined : protocolName(protocol)?.toLowerCase(),
    port: port ?? undefined,
    interval: interval === COLUMN_DEFAULTS.interval ? undefined : time(interval),
    timeout: timeout === COLUMN_DEFAULTS.timeout ? undefined : time(timeout),
    ttl: ttl === COLUMN_DEFAULTS.ttl ? undefined : ttl,
    data: data === COLUMN_DEFAULTS.data ? undefined : String(data),
    source: source_id === null ? undefined : sources.get(source_id),
    active: active ? undefined : false,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const time = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);
