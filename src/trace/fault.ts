import { ICMP, ICMP6 } from '../io/packet/ip.ts';
import type { IcmpFault } from './hop.ts';

/** The flags that traceroute(8) puts after a time, and what they say, by ICMP code. */
const UNREACHABLE_4: Readonly<Record<number, string>> = {
  0: '!N network unreachable',
  1: '!H host unreachable',
  2: '!P protocol unreachable',
  4: '!F fragmentation needed',
  5: '!S source route failed',
  6: '!N network unknown',
  7: '!H host unknown',
  9: '!X network prohibited',
  10: '!X host prohibited',
  13: '!X administratively prohibited',
};

const UNREACHABLE_6: Readonly<Record<number, string>> = {
  0: '!N no route',
  1: '!X administratively prohibited',
  2: '!S beyond scope of the source address',
  3: '!H address unreachable',
  5: '!X source address failed a policy',
  6: '!X route rejects',
};

/** What an ICMP error says: `!H host unreachable`. */
export function faultNote({ rtype, icmptype, rcode }: IcmpFault): string {
  const code = rcode ?? -1;
  if (rtype === ICMP && icmptype === 3) return UNREACHABLE_4[code] ?? `unreachable, code ${code}`;
  if (rtype === ICMP6 && icmptype === 1) return UNREACHABLE_6[code] ?? `unreachable, code ${code}`;
  return `ICMP type ${icmptype} code ${code}`;
}
