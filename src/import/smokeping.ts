import { shown } from '../scenario/wording.ts';
import { type Findings, noFindings } from './found.ts';
import { type ConfigLine, configLines } from './smokeping-lines.ts';
import { type ProbeDefinition, probeSettings, type Variables } from './smokeping-probes.ts';

/** What describes one section alone; everything else holds for the sections within, too. */
const OWN: ReadonlySet<string> = new Set([
  'host',
  'menu',
  'title',
  'remark',
  'parents',
  'menuextra',
  'slaves',
  'nomasterpoll',
]);

/** A section whose variables come in. */
interface Scope {
  name: string;
  line: number;
  variables: Map<string, { line: number; value: string }>;
}

/**
 * SmokePing's configuration: the targets of the section *** Targets ***, with the probes of *** Probes *** where the
 * text has them. https://oss.oetiker.ch/smokeping/doc/smokeping_config.en.html
 */
export function parseSmokeping(text: string): Findings {
  const findings = noFindings();
  const lines = [...configLines(text)];
  const probes = probesOf(lines);
  const database = variablesOf(lines, 'Database');
  const close = (scope: Scope) => emit(scope, { probes, database }, findings);
  const stack: Scope[] = [];
  for (const each of sectionOf(lines, 'Targets')) {
    if (each.kind === 'subsection') {
      while (stack.length > each.depth) close(stack.pop() as Scope);
      if (each.depth > stack.length && stack.length > 0)
        findings.notes.push({
          line: each.line,
          message: `${'+'.repeat(each.depth)} is deeper by more than one: taken for ${'+'.repeat(stack.length)}`,
        });
    }
    read(each, stack, findings);
  }
  for (const scope of stack.reverse()) close(scope);
  if (findings.destinations.length + findings.problems.length === 0)
    findings.problems.push({
      line: 1,
      message: 'no target: expected *** Targets ***, and in it + name with host = …',
    });
  findings.destinations.sort((one, other) => one.line - other.line);
  findings.problems.sort((one, other) => one.line - other.line);
  return findings;
}

/** The lines of a section; where a text has no sections at all, those of Targets are all lines. */
function sectionOf(lines: readonly ConfigLine[], name: string): ConfigLine[] {
  let current = lines.some(({ kind }) => kind === 'section') ? '' : 'Targets';
  return lines.filter((each) => {
    if (each.kind === 'section') current = each.name;
    return current === name && each.kind !== 'section';
  });
}

function read(each: ConfigLine, stack: Scope[], { problems, notes }: Findings): void {
  if (stack.length === 0) stack.push({ name: 'Top', line: each.line, variables: new Map() });
  const scope = stack.at(-1) as Scope;
  if (each.kind === 'subsection') {
    const inherited = [...scope.variables].filter(([name]) => !OWN.has(name));
    stack.push({ name: each.name, line: each.line, variables: new Map(inherited) });
  } else if (each.kind === 'variable') scope.variables.set(each.name, each);
  else if (each.kind === 'include')
    problems.push({
      line: each.line,
      message: `@include ${shown(each.file)} is not followed: expected that file as well`,
    });
  else if (each.kind === 'other')
    notes.push({ line: each.line, message: `${shown(each.text)}: expected + name, or name = value` });
}

interface Context {
  probes: ReadonlyMap<string, ProbeDefinition>;
  database: Variables;
}

/** Takes the target that a section is, where it is one. */
function emit(
  { name, variables }: Scope,
  context: Context,
  { destinations, problems, notes }: Findings,
): void {
  const host = variables.get('host');
  if (!host) return;
  const { line, value } = host;
  if (value.startsWith('/')) {
    notes.push({ line, message: 'several targets in one: they are taken where they are themselves' });
    return;
  }
  if (/^DYNAMIC(\/|$)/.test(value)) {
    problems.push({
      line,
      message: `host ${shown(value)}: expected a host name or IP address, since nobody tells pinger a new one`,
    });
    return;
  }
  const settings = probeSettings({ ...context, target: variables });
  if ('problem' in settings) problems.push({ line, message: settings.problem });
  else
    destinations.push({
      line,
      address: value,
      name: variables.get('title')?.value || variables.get('menu')?.value || name,
      ...settings,
    });
}

/** Probes by their names: those of the first level are modules, those within them variants with settings of their own. */
function probesOf(lines: readonly ConfigLine[]): Map<string, ProbeDefinition> {
  const probes = new Map<string, ProbeDefinition>();
  let module = '';
  let variables = new Map<string, { line: number; value: string }>();
  for (const each of sectionOf(lines, 'Probes')) {
    if (each.kind === 'subsection') {
      if (each.depth === 1) module = each.name;
      variables = new Map(each.depth === 1 ? [] : probes.get(module)?.variables);
      probes.set(each.name, { type: module, variables });
    } else if (each.kind === 'variable') variables.set(each.name, each);
  }
  return probes;
}

function variablesOf(lines: readonly ConfigLine[], section: string): Variables {
  const found = sectionOf(lines, section).filter((each) => each.kind === 'variable');
  return new Map(found.map((each) => [each.name, each]));
}
