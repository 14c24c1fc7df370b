import { isKeys } from '../scenario/shapes.ts';
import { shown } from '../scenario/wording.ts';
import { goDuration } from './durations.ts';
import { type Findings, type FoundDestination, noFindings, sizeOfPayload } from './found.ts';
import { type YamlText, yamlText } from './yaml-text.ts';

const EXPECTED = 'targets, a list of groups with hosts';

/** The configuration of smokeping_prober: https://github.com/SuperQ/smokeping_prober#configuration */
export function parseSmokepingProber(text: string): Findings {
  const findings = noFindings();
  const yaml = yamlText(text, EXPECTED);
  if ('problems' in yaml) return { ...findings, problems: yaml.problems };
  const { value } = yaml;
  if (!isKeys(value) || !Array.isArray(value.targets))
    return { ...findings, problems: [{ line: 1, message: `expected ${EXPECTED}` }] };
  for (const index of value.targets.keys()) readGroup(yaml, value.targets[index], index, findings);
  return findings;
}

function readGroup(
  yaml: YamlText,
  group: unknown,
  index: number,
  { destinations, problems, notes }: Findings,
): void {
  const line = (...path: (string | number)[]) => yaml.lineOf(['targets', index, ...path]);
  if (!isKeys(group)) {
    problems.push({ line: line(), message: `${shown(group)}: expected a group with hosts` });
    return;
  }
  const hosts = hostsOf(group);
  const settings = settingsOf(group);
  if (!hosts) {
    problems.push({ line: line('hosts'), message: 'expected hosts: a list of host names and IP addresses' });
    return;
  }
  if ('key' in settings) {
    const { key, message } = settings;
    problems.push({ line: line(key), message: `${message}; ${hosts.length} hosts are left out` });
    return;
  }
  if (group.source !== undefined)
    notes.push({ line: line('source'), message: 'source: the routing table chooses the source address' });
  if (group.tos !== undefined && group.tos !== 0)
    notes.push({ line: line('tos'), message: 'tos: probes have none' });
  for (const [host, address] of hosts.entries()) {
    const at = line(...(Array.isArray(group.hosts) && group.hosts.length > 0 ? ['hosts', host] : ['host']));
    if (typeof address === 'string') destinations.push({ line: at, address, ...settings });
    else problems.push({ line: at, message: `host ${shown(address)}: expected a host name or IP address` });
  }
}

/** A single host counts where there is no list. */
function hostsOf({ hosts, host }: Readonly<Record<string, unknown>>): unknown[] | undefined {
  if (Array.isArray(hosts) && hosts.length > 0) return hosts;
  return host === undefined ? undefined : [host];
}

type Settings = Pick<FoundDestination, 'protocol' | 'family' | 'interval' | 'size'>;

/** To smokeping_prober, udp is ICMP through a datagram socket. */
function settingsOf(group: Readonly<Record<string, unknown>>): Settings | { key: string; message: string } {
  const { interval = '1s', network = 'ip', protocol = 'icmp', size } = group;
  const wrong = (key: string, right: string) => ({
    key,
    message: `${key} ${shown(group[key])}: expected ${right}`,
  });
  const milliseconds = goDuration(interval);
  if (milliseconds === undefined) return wrong('interval', 'a time such as 1s or 500ms');
  if (network !== 'ip' && network !== 'ip4' && network !== 'ip6') return wrong('network', 'ip, ip4 or ip6');
  if (protocol !== 'icmp' && protocol !== 'udp') return wrong('protocol', 'icmp or udp');
  if (size !== undefined && (typeof size !== 'number' || !Number.isInteger(size) || size < 0))
    return wrong('size', 'a number of bytes');
  return {
    interval: milliseconds,
    ...(network === 'ip' ? {} : { family: network === 'ip4' ? 4 : 6 }),
    ...(typeof size === 'number' ? { size: sizeOfPayload(size) } : {}),
  };
}
