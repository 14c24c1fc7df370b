import { anyOf, shown } from '../scenario/wording.ts';
import { type FoundDestination, type ProtocolName, sizeOfPayload } from './found.ts';

/** Variables by their names, each with the line that it is in. */
export type Variables = ReadonlyMap<string, { line: number; value: string }>;

/** A probe as the section *** Probes *** defines it. */
export interface ProbeDefinition {
  /** The module of SmokePing's that it uses, such as FPing. */
  type: string;
  variables: Variables;
}

/** Those of SmokePing's probes that send what pinger sends. https://oss.oetiker.ch/smokeping/probe/index.en.html */
const PROTOCOLS: Readonly<Record<string, ProtocolName>> = {
  FPing: 'icmp',
  FPingContinuous: 'icmp',
  FPing6: 'icmp6',
  TCPPing: 'tcp',
};

/** Those that ask for more than an answer; what comes nearest to them. */
const NEAREST: Readonly<Record<string, string>> = {
  DNS: 'tcp://HOST:53 tests that the server can be reached',
  AnotherDNS: 'tcp://HOST:53 tests that the server can be reached',
  SSH: 'tcp://HOST:22 tests that the server can be reached',
  AnotherSSH: 'tcp://HOST:22 tests that the server can be reached',
  Curl: 'tcp://HOST:443 tests that the server can be reached',
  EchoPingHttp: 'tcp://HOST:80 tests that the server can be reached',
  EchoPingHttps: 'tcp://HOST:443 tests that the server can be reached',
};

/** The port that tcpping takes unless told otherwise. */
const TCP_PORT = 80;

/** What SmokePing sends in each step unless told otherwise. */
const PINGS = 20;

/** Where a target's settings come from. */
export interface ProbeContext {
  /** The target's own and inherited ones. */
  target: Variables;
  probes: ReadonlyMap<string, ProbeDefinition>;
  /** Of the section *** Database ***. */
  database: Variables;
}

type Settings = Pick<FoundDestination, 'protocol' | 'port' | 'interval' | 'timeout' | 'size'>;

/** How the probe of a target probes, or why pinger does not. Throws nothing. */
export function probeSettings(context: ProbeContext): Settings | { problem: string } {
  const name = context.target.get('probe')?.value;
  if (name === undefined)
    return { problem: 'no probe: expected probe = FPing, FPing6 or TCPPing in it or above' };
  const definition = context.probes.get(name) ?? { type: name, variables: new Map() };
  const { type } = definition;
  const protocol = Object.hasOwn(PROTOCOLS, type) ? PROTOCOLS[type] : undefined;
  if (protocol === undefined) return { problem: withoutEquivalent(name, type, context.probes.has(name)) };
  const numberOf = (variable: string): number | undefined => {
    const { value } = context.target.get(variable) ?? definition.variables.get(variable) ?? {};
    return value !== undefined && /^\d*\.?\d+$/.test(value) ? Number(value) : undefined;
  };
  const [timeout, size] = [numberOf('timeout'), numberOf('packetsize')];
  return {
    protocol: protocol === 'icmp' && numberOf('protocol') === 6 ? 'icmp6' : protocol,
    ...(protocol === 'tcp' ? { port: numberOf('port') ?? TCP_PORT } : {}),
    ...(timeout === undefined ? {} : { timeout: Math.round(timeout * 1000) }),
    ...(size === undefined || protocol === 'tcp' ? {} : { size: sizeOfPayload(size) }),
    ...intervalOf(numberOf, context.database),
  };
}

/** As many probes in the same time, evenly instead of all at once. */
function intervalOf(numberOf: (variable: string) => number | undefined, database: Variables): Settings {
  const step = numberOf('step') ?? Number(database.get('step')?.value);
  const pings = numberOf('pings') ?? Number(database.get('pings')?.value ?? PINGS);
  const interval = Math.round((step * 1000) / pings);
  return interval >= 1 ? { interval } : {};
}

function withoutEquivalent(name: string, type: string, defined: boolean): string {
  const known = anyOf(Object.keys(PROTOCOLS));
  const probe = `probe ${shown(name)}${name === type ? '' : ` (${type})`}`;
  const nearest = Object.hasOwn(NEAREST, type) ? `; ${NEAREST[type]}` : '';
  if (defined || nearest !== '') return `${probe} has no equivalent: expected ${known}${nearest}`;
  return `${probe} has no equivalent, or is defined in another file: expected ${known}, or both files as one`;
}
