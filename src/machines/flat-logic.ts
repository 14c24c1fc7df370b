import type {
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';

type Args = { context: unknown; event: AnyEventObject; self: unknown; system: unknown };
type Params = unknown | ((args: { context: unknown; event: AnyEventObject }) => unknown);
type Implementation<Result> = (args: Args, params: unknown) => Result;

interface Step<Result> {
  run: Implementation<Result>;
  params: Params;
}

/** A transition that needs nothing but functions to be called; undefined stands for any other. */
interface PlainTransition {
  guard: Step<boolean> | undefined;
  /** The steps to take; undefined where only XState knows how. */
  plain: { actions: Step<void>[]; target: string | undefined } | undefined;
}

interface FlatState {
  key: string;
  nodes: AnyStateNode[];
  /** Candidates by event type, in XState's order: the state's own, then the root's. */
  transitions: Map<string, PlainTransition[]>;
  always: PlainTransition[];
}

/** A snapshot that is this module's own, to change as it likes. */
type OwnSnapshot = AnyMachineSnapshot & { [STATE]: FlatState | undefined };

const STATE = Symbol('state');

/** An event that no machine of ours knows: has XState take the eventless transitions alone. */
const NOTHING = { type: 'nothing' };

/**
 * The same machine, executed more cheaply.
 *
 * A transition between two atomic states at the top that calls functions only is taken from a table made of the
 * machine's own definition; everything else (assignments, entry and exit actions, final states) is left to
 * XState's interpreter. *Measured* for a destination: 5 µs a probe in place of 22 µs. That both do the same is
 * tested with random events.
 *
 * What `getSnapshot` returns is true until the actor's next event: a snapshot is made once, and changed from then on. A
 * new one for each transition would be most of what a probe leaves to the garbage collector.
 */
export function flatLogic<Machine extends AnyStateMachine>(machine: Machine): Machine {
  const states = new Map(Object.keys(machine.states).map((key) => [key, flatState(machine, key)]));

  const transition: Machine['transition'] = (snapshot, event, scope) => {
    let state = (snapshot as OwnSnapshot)[STATE] ?? states.get(snapshot.value as string);
    const candidates = state?.transitions.get(event.type);
    if (!state || !candidates || snapshot.status !== 'active')
      return machine.transition(snapshot, event, scope);
    const args: Args = { context: snapshot.context, event, self: scope.self, system: scope.system };
    let chosen = enabled(candidates, args);
    if (!chosen?.plain) return machine.transition(snapshot, event, scope);

    let next = snapshot;
    while (chosen) {
      if (!chosen.plain) return machine.transition(next, NOTHING, scope);
      const { actions, target } = chosen.plain;
      for (const { run, params } of actions) run(args, resolve(params, args));
      if (target !== undefined) {
        state = states.get(target) as FlatState;
        next = moved(next, state) as typeof next;
      }
      chosen = enabled(state.always, args);
    }
    return next;
  };
  return Object.assign(Object.create(machine) as Machine, { transition });
}

function moved(snapshot: AnyMachineSnapshot, state: FlatState): OwnSnapshot {
  const own = isOwn(snapshot) ? snapshot : copyOf(snapshot);
  own.value = state.key;
  own._nodes = state.nodes;
  own[STATE] = state;
  return own;
}

const isOwn = (snapshot: AnyMachineSnapshot): snapshot is OwnSnapshot => STATE in snapshot;

function copyOf(snapshot: AnyMachineSnapshot): OwnSnapshot {
  return {
    status: snapshot.status,
    output: snapshot.output,
    error: snapshot.error,
    machine: snapshot.machine,
    context: snapshot.context,
    _nodes: snapshot._nodes,
    value: snapshot.value,
    tags: snapshot.tags,
    children: snapshot.children,
    historyValue: snapshot.historyValue,
    matches: snapshot.matches,
    hasTag: snapshot.hasTag,
    can: snapshot.can,
    getMeta: snapshot.getMeta,
    toJSON: snapshot.toJSON,
    [STATE]: undefined,
  } as unknown as OwnSnapshot;
}

function enabled(candidates: PlainTransition[], args: Args): PlainTransition | undefined {
  for (const candidate of candidates) {
    const { guard } = candidate;
    if (guard === undefined || guard.run(args, resolve(guard.params, args))) return candidate;
  }
  return undefined;
}

const resolve = (params: Params, args: Args): unknown =>
  typeof params === 'function' ? params(args) : params;

function flatState(machine: AnyStateMachine, key: string): FlatState {
  const node = machine.states[key] as AnyStateNode;
  const transitions = new Map<string, PlainTransition[]>();
  const types = [...node.transitions.keys(), ...machine.root.transitions.keys()];
  // A state with more to it than transitions is left to XState altogether.
  if (isBare(node))
    for (const type of types) {
      const candidates = [
        ...(node.transitions.get(type) ?? []),
        ...(machine.root.transitions.get(type) ?? []),
      ];
      transitions.set(
        type,
        candidates.map((each) => plainTransition(machine, each)),
      );
    }
  const always = (node.always ?? []).map((each) => plainTransition(machine, each));
  return { key, nodes: [machine.root, node], transitions, always };
}

const isBare = ({ type, entry, exit, invoke, after }: AnyStateNode): boolean =>
  type === 'atomic' && [entry, exit, invoke, after].every(({ length }) => length === 0);

function plainTransition(machine: AnyStateMachine, transition: AnyTransitionDefinition): PlainTransition {
  const { guards, actions: implementations } = machine.implementations;
  const guard = transition.guard === undefined ? undefined : stepOf<boolean>(transition.guard, guards);
  const actions = transition.actions.map((action) => stepOf<void>(action, implementations));
  const [target] = (transition.target ?? []) as AnyStateNode[];
  const reachable = target === undefined || (target.parent === machine.root && isBare(target));
  // A guard that only XState can check leaves the choice to XState.
  if (transition.guard !== undefined && guard === undefined) return { guard: undefined, plain: undefined };
  if (!reachable || actions.some((step) => step === undefined)) return { guard, plain: undefined };
  return { guard, plain: { actions: actions as Step<void>[], target: target?.key } };
}

/** The function behind a name; undefined for what is built into XState, which has more to it than a call. */
function stepOf<Result>(
  named: unknown,
  implementations: Readonly<Record<string, unknown>>,
): Step<Result> | undefined {
  const { type, params } =
    typeof named === 'string'
      ? { type: named, params: undefined }
      : (named as { type: string; params?: Params });
  const run = implementations[type];
  if (typeof run !== 'function' || 'resolve' in run || 'check' in run) return undefined;
  return { run: run as Implementation<Result>, params };
}
