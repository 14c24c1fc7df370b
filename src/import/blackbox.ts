import { isIP } from 'node:net';
import type { Path } from '../scenario/problems.ts';
import { isKeys } from '../scenario/shapes.ts';
import { anyOf, shown } from '../scenario/wording.ts';
import { modulesOf, type ProbeModule, type ProbeModules, USUAL_MODULES } from './blackbox-modules.ts';
import { prometheusDuration } from './durations.ts';
import { type Findings, type FoundDestination, noFindings } from './found.ts';
import { listedTargets } from './fping.ts';
import { type YamlText, yamlText } from './yaml-text.ts';

/** What Prometheus takes where it is told nothing: a minute, and 10 s. ms */
const SCRAPE_INTERVAL = 60_000;
const SCRAPE_TIMEOUT = 10_000;

type Keys = Readonly<Record<string, unknown>>;

/** The modules of a blackbox.yml; a text says what is wrong with it. */
export function readModules(text: string): ProbeModules | string {
  const yaml = yamlText(text, 'modules');
  if ('problems' in yaml) return `line ${yaml.problems[0]?.line}: ${yaml.problems[0]?.message}`;
  if (isKeys(yaml.value) && isKeys(yaml.value.modules)) return modulesOf(yaml.value.modules);
  return 'expected modules: by their names, as blackbox_exporter takes them';
}

/** A list of targets, one a line, that are all probed by one module. */
export function parseBlackboxList(text: string, name: string, modules = USUAL_MODULES): Findings {
  const findings = noFindings();
  const module = modules.get(name) ?? unknownModule(name, modules);
  if (typeof module === 'string') return { ...findings, problems: [{ line: 1, message: module }] };
  for (const { line, words } of listedTargets(text)) take(line, words[0], module, {}, findings);
  return findings;
}

/**
 * The configuration of a Prometheus that has blackbox_exporter probe: of each job with the parameter `module`, the
 * targets of its `static_configs`. https://prometheus.io/docs/guides/multi-target-exporter/
 */
export function parsePrometheus(text: string, modules = USUAL_MODULES): Findings {
  const findings = noFindings();
  const expected = 'scrape_configs, a list of jobs with params.module and static_configs';
  const yaml = yamlText(text, expected);
  if ('problems' in yaml) return { ...findings, problems: yaml.problems };
  const { value } = yaml;
  if (!isKeys(value) || !Array.isArray(value.scrape_configs)) {
    const message =
      isKeys(value) && isKeys(value.modules)
        ? 'modules, and no targets: expected prometheus.yml, or a list of targets with --module NAME; this file as --modules'
        : `expected ${expected}`;
    return { ...findings, problems: [{ line: 1, message }] };
  }
  const global = isKeys(value.global) ? value.global : {};
  for (const [index, job] of value.scrape_configs.entries())
    if (isKeys(job)) readJob(job, { yaml, index, global, modules }, findings);
  return findings;
}

interface Context {
  yaml: YamlText;
  index: number;
  global: Keys;
  modules: ProbeModules;
}

function readJob(job: Keys, { yaml, index, global, modules }: Context, findings: Findings): void {
  const line = (...path: Path) => yaml.lineOf(['scrape_configs', index, ...path]);
  const label = `job ${shown(job.job_name)}`;
  const names = isKeys(job.params) ? job.params.module : undefined;
  const name = Array.isArray(names) ? names[0] : names;
  if (typeof name !== 'string') {
    findings.notes.push({
      line: line(),
      message: `${label} has no params.module: blackbox_exporter has no part in it`,
    });
    return;
  }
  for (const key of Object.keys(job).filter((key) => key.endsWith('_sd_configs')))
    findings.problems.push({
      line: line(key),
      message: `${label}: ${key} are not followed: expected static_configs`,
    });
  const targets = targetsOf(job);
  const module = modules.get(name) ?? unknownModule(name, modules);
  const interval = timeOf(job.scrape_interval ?? global.scrape_interval, SCRAPE_INTERVAL);
  const timeout = timeOf(job.scrape_timeout ?? global.scrape_timeout, SCRAPE_TIMEOUT);
  const wrong =
    typeof module === 'string'
      ? module
      : interval === undefined || timeout === undefined
        ? 'scrape_interval and scrape_timeout: expected times such as 30s'
        : undefined;
  if (wrong !== undefined || typeof module === 'string') {
    const left = `its targets are left out (${targets.length})`;
    findings.problems.push({ line: line(), message: `${label}: ${wrong}; ${left}` });
    return;
  }
  const settings = {
    interval,
    timeout: Math.min(module.settings.timeout ?? Number.POSITIVE_INFINITY, timeout as number),
  };
  for (const { path, target } of targets) take(line(...path), target, module, settings, findings);
}

function targetsOf(job: Keys): { path: Path; target: unknown }[] {
  const groups: unknown[] = Array.isArray(job.static_configs) ? job.static_configs : [];
  return groups.flatMap((group, index) => {
    const targets: unknown[] = isKeys(group) && Array.isArray(group.targets) ? group.targets : [];
    return targets.map((target, at) => ({ path: ['static_configs', index, 'targets', at], target }));
  });
}

const timeOf = (given: unknown, usual: number): number | undefined =>
  given === undefined ? usual : prometheusDuration(given);

function unknownModule(name: string, modules: ProbeModules): string {
  const where = modules === USUAL_MODULES ? ', or --modules with the blackbox.yml that defines it' : '';
  return `module ${shown(name)} is not known: expected ${anyOf([...modules.keys()])}${where}`;
}

/** `host:port`, `[2001:db8::1]:port`. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

/** TCP targets have a port, ICMP targets have none. */
function take(
  line: number,
  target: unknown,
  { protocol, settings }: ProbeModule,
  more: Partial<FoundDestination>,
  { destinations, problems }: Findings,
): void {
  if (typeof target !== 'string') {
    problems.push({ line, message: `target ${shown(target)}: expected text` });
    return;
  }
  const [, bracketed, host, port] = WITH_PORT.exec(target) ?? [];
  const address = protocol === 'tcp' ? (bracketed ?? host) : target.replace(/^\[(.*)\]$/, '$1');
  if (address === undefined) {
    problems.push({ line, message: `target ${shown(target)}: expected host:port, as module tcp takes it` });
    return;
  }
  destinations.push({
    line,
    address,
    protocol,
    ...settings,
    ...more,
    // It is about names: what an IP address is, it says itself.
    family: isIP(address) === 0 ? settings.family : undefined,
    ...(protocol === 'tcp' ? { port: Number(port) } : {}),
  });
}
