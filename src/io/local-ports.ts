import { readFileSync } from 'node:fs';
import { FIRST_SOURCE_PORT, LAST_SOURCE_PORT } from './packet/source-port.ts';

/** What Linux says of the ports that it gives to connections: `first last`, and `1,2-3` that it spares. */
const RANGE = '/proc/sys/net/ipv4/ip_local_port_range';
const RESERVED = '/proc/sys/net/ipv4/ip_local_reserved_ports';

/** A line to say where this host may give the ports that probes come from to connections of its own; else undefined. */
export function noticeOfSharedPorts(read = (path: string) => readFileSync(path, 'utf8')): string | undefined {
  let range: string;
  let reserved: string;
  try {
    [range, reserved] = [read(RANGE), read(RESERVED)];
  } catch {
    return undefined;
  }
  const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number);
  const overlap = {
    first: Math.max(first, FIRST_SOURCE_PORT),
    last: Math.min(last, LAST_SOURCE_PORT),
  };
  if (overlap.first > overlap.last) return undefined;
  const spared = reserved
    .trim()
    .split(',')
    .map((part) => part.split('-').map(Number))
    .some(([from = Number.NaN, to = from]) => from <= overlap.first && to >= overlap.last);
  if (spared) return undefined;
  // The list is replaced as a whole.
  const list = [reserved.trim(), `${FIRST_SOURCE_PORT}-${LAST_SOURCE_PORT}`].filter(Boolean).join(',');
  return `this host gives the ports that TCP and UDP probes come from to connections, too; reserve them: sysctl -w net.ipv4.ip_local_reserved_ports=${list}`;
}
