import { isKeys } from '../scenario/shapes.ts';
import { shown } from '../scenario/wording.ts';
import { prometheusDuration } from './durations.ts';
import { type FoundDestination, sizeOfPayload } from './found.ts';

/** How a module of blackbox_exporter probes. */
export interface ProbeModule {
  protocol: 'icmp' | 'tcp';
  settings: Pick<FoundDestination, 'family' | 'timeout' | 'ttl' | 'size'>;
}

/** The modules of one file, by their names; text says why pinger cannot do as one of them does. */
export type ProbeModules = ReadonlyMap<string, ProbeModule | string>;

/** Those of blackbox_exporter's own blackbox.yml that send what pinger sends. */
export const USUAL_MODULES: ProbeModules = new Map<string, ProbeModule>([
  ['icmp', { protocol: 'icmp', settings: {} }],
  ['icmp_ttl5', { protocol: 'icmp', settings: { ttl: 5 } }],
  ['tcp_connect', { protocol: 'tcp', settings: {} }],
]);

/** The modules that keys with values are: https://github.com/prometheus/blackbox_exporter/blob/master/CONFIGURATION.md */
export const modulesOf = (given: Readonly<Record<string, unknown>>): ProbeModules =>
  new Map(Object.entries(given).map(([name, module]) => [name, moduleOf(name, module)]));

function moduleOf(name: string, module: unknown): ProbeModule | string {
  if (!isKeys(module)) return `module ${name}: expected keys with values, prober among them`;
  const { prober } = module;
  if (prober !== 'icmp' && prober !== 'tcp')
    return `module ${name} probes by ${shown(prober)}, which has no equivalent: expected icmp or tcp`;
  const options = isKeys(module[prober]) ? module[prober] : {};
  const { preferred_ip_protocol: ip, ttl, payload_size: payload } = options;
  const timeout = module.timeout === undefined ? undefined : prometheusDuration(module.timeout);
  if (module.timeout !== undefined && timeout === undefined)
    return `module ${name}: timeout ${shown(module.timeout)}: expected a time such as 5s`;
  return {
    protocol: prober,
    settings: {
      timeout,
      family: ip === 'ip4' ? 4 : ip === 'ip6' ? 6 : undefined,
      ttl: typeof ttl === 'number' && ttl > 0 ? ttl : undefined,
      size: typeof payload === 'number' && prober === 'icmp' ? sizeOfPayload(payload) : undefined,
    },
  };
}
