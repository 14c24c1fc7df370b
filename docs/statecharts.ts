import { join } from 'node:path';
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { alertMachine } from '../src/machines/alert.ts';
import { alertChannelMachine } from '../src/machines/alert-channel.ts';
import { alertWriterMachine } from '../src/machines/alert-writer.ts';
import { alertsMachine } from '../src/machines/alerts.ts';
import { destinationMachine } from '../src/machines/destination.ts';
import { httpMachine } from '../src/machines/http.ts';
import { partitionMachine } from '../src/machines/partition.ts';
import { pingerMachine } from '../src/machines/pinger.ts';
import { recorderMachine } from '../src/machines/recorder.ts';
import { registryMachine } from '../src/machines/registry.ts';
import { socketMachine } from '../src/machines/socket.ts';

/** Where the statecharts are kept. */
export const STATECHARTS = join(import.meta.dirname, 'statecharts.md');

const MACHINES: AnyStateMachine[] = [
  pingerMachine,
  socketMachine,
  registryMachine,
  partitionMachine,
  destinationMachine,
  recorderMachine,
  httpMachine,
  alertsMachine,
  alertMachine,
  alertWriterMachine,
  alertChannelMachine,
];

/** The statecharts of all machines as Markdown with Mermaid diagrams, from nothing but the machines. */
export function statecharts(): string {
  const charts = MACHINES.map(({ root }) => {
    const everywhere = transitions(root).map((transition) => `- ${label(transition)}${goal(transition)}`);
    return [
      `## ${root.key}\n`,
      '```mermaid\nstateDiagram-v2',
      ...children(root, '  '),
      '```\n',
      ...(everywhere.length > 0 ? ['In every state that does not say otherwise:\n', ...everywhere, ''] : []),
    ].join('\n');
  });
  return `# Statecharts

Generated from the machines by \`npm run docs\`; a test fails when this page and they disagree.
A label reads: event [guard] / actions. \`after\` is a delay, \`done\` and \`error\` are what an invoked actor comes to.

${charts.join('\n')}`;
}

function children(node: AnyStateNode, indent: string): string[] {
  const states: AnyStateNode[] = Object.values(node.states);
  const initial = node.initial?.target?.[0];
  return [
    ...(initial ? [`${indent}[*] --> ${idOf(initial)}`] : []),
    ...states.flatMap((state) => stateLines(state, indent)),
  ];
}

function stateLines(state: AnyStateNode, indent: string): string[] {
  const id = idOf(state);
  const nested = Object.keys(state.states).length > 0;
  const own = transitions(state);
  const inner = own.filter(({ target }) => !target?.length);
  return [
    `${indent}state "${state.key}" as ${id}`,
    ...(nested ? [`${indent}state ${id} {`, ...children(state, `${indent}  `), `${indent}}`] : []),
    ...inner.map((transition) => `${indent}${id} : ${label(transition)}`),
    ...own.flatMap((transition) =>
      (transition.target ?? []).map(
        (target) => `${indent}${id} --> ${idOf(target as AnyStateNode)} : ${label(transition)}`,
      ),
    ),
    ...(state.type === 'final' ? [`${indent}${id} --> [*]`] : []),
  ];
}

const transitions = (node: AnyStateNode): AnyTransitionDefinition[] => [
  ...(node.always ?? []),
  ...[...node.transitions.values()].flat(),
];

const idOf = (node: AnyStateNode): string => node.id.replace(/[^a-zA-Z0-9]/g, '_');

const goal = ({ target }: AnyTransitionDefinition): string =>
  target?.length ? ` → ${target.map((node) => (node as AnyStateNode).path.join('.')).join(', ')}` : '';

function label({ eventType, guard, actions }: AnyTransitionDefinition): string {
  const does = actions.map(nameOf).filter((name) => name !== undefined);
  return [
    eventName(eventType),
    guard ? `[${nameOf(guard)}]` : '',
    does.length > 0 ? `/ ${does.join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Names that XState makes, as people say them. */
const eventName = (type: string): string =>
  type
    .replace(/^xstate\.after\.(\w+)\..*$/, 'after $1')
    .replace(/^xstate\.(done|error)\.actor\.\d+\.(.*)$/, '$1')
    .replace(/^xstate\.(done|error)\.actor\.(.*)$/, '$1 $2')
    .replace(/^$/, 'always');

/** Actions and guards by their names; an inline assignment shows as what it is. */
function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const type = (value as { type?: string }).type;
  return type === 'xstate.assign' ? 'assign' : type;
}
