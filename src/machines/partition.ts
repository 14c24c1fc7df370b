import { type ActorRefFrom, assign, enqueueActions, setup } from 'xstate';
import type { Settings } from '../entities/settings.ts';
import type { Logger } from '../logger.ts';
import { Flight } from '../probing/flight.ts';
import { timeoutResult } from '../probing/results.ts';
import { type DestinationRef, destinationMachine } from './destination.ts';
import type { Peers } from './destination-context.ts';
import { flatLogic } from './flat-logic.ts';

export type PartitionEvent =
  /** Destinations to be probed from now on with these settings, whether they are new or changed. */
  | { type: 'destinations.wanted'; settings: Settings[] }
  /** Destinations to be probed no more. */
  | { type: 'destinations.unwanted'; ids: number[] }
  | { type: 'destinations.retired' }
  | { type: 'destinations.abandoned' }
  | { type: 'destination.respawned'; settings: Settings }
  | { type: `xstate.done.actor.destination.${number}`; actorId: string }
  | { type: `xstate.error.actor.destination.${number}`; actorId: string; error: unknown };

export interface PartitionInput {
  peers: Peers;
  logger: Logger;
}

interface Child {
  ref: DestinationRef;
  settings: Settings;
  flight: Flight;
}

export interface PartitionContext extends PartitionInput {
  /** By the destination's id; mutable. */
  children: Map<number, Child>;
  /** How often each destination has failed; mutable. */
  faults: Map<number, number>;
}

/** A destination that failed is started again after 1 s, then 2 s, … at most this. ms */
const LONGEST_RESPAWN_DELAY = 60_000;

/**
 * Supervises a share of the destinations.
 *
 * XState copies the map of a parent's children whenever one stops: with all of 10,000 under one parent
 * that would take 5 ms each, and half a minute for all.
 */
export const partitionMachine = setup({
  types: {
    input: {} as PartitionInput,
    context: {} as PartitionContext,
    events: {} as PartitionEvent,
  },
  actors: { destination: flatLogic(destinationMachine) },
  guards: {
    empty: ({ context }) => context.children.size === 0,
  },
  actions: {
    spawn: assign(({ context, spawn }, { settings }: { settings: Settings[] }) => {
      const { children, peers } = context;
      for (const each of settings) {
        if (children.has(each.id)) continue;
        const flight = new Flight();
        const ref = spawn('destination', {
          id: `destination.${each.id}`,
          input: { settings: each, flight, peers },
        });
        children.set(each.id, { ref, settings: each, flight });
      }
      return {};
    }),
    change: ({ context: { children } }, { settings }: { settings: Settings[] }) => {
      for (const each of settings) {
        const child = children.get(each.id);
        if (!child || child.settings === each) continue;
        child.settings = each;
        child.ref.send({ type: 'destination.changed', settings: each });
      }
    },
    retire: ({ context: { children } }, { ids }: { ids: number[] }) => {
      for (const id of ids) children.get(id)?.ref.send({ type: 'destination.retired' });
    },
    retireAll: ({ context: { children } }) => {
      for (const { ref } of [...children.values()]) ref.send({ type: 'destination.retired' });
    },
    abandonAll: ({ context: { children } }) => {
      for (const { ref } of [...children.values()]) ref.send({ type: 'destination.abandoned' });
    },
    bury: enqueueActions(({ context: { children }, enqueue }, { actorId }: { actorId: string }) => {
      children.delete(idOf(actorId));
      enqueue.stopChild(actorId);
    }),
    recover: enqueueActions(
      ({ context, enqueue }, { actorId, error }: { actorId: string; error: unknown }) => {
        const { children, faults, peers, logger } = context;
        const id = idOf(actorId);
        const child = children.get(id);
        if (!child) return;
        children.delete(id);
        const { route } = child.ref.getSnapshot().context;
        peers.ticker.send({ type: 'schedule.cleared', owner: child.ref });
        peers.resolver.send({ type: 'name.unwatched', watcher: child.ref });
        peers.router.send({ type: 'route.unclaimed', owner: child.ref });
        if (route) peers.router.send({ type: 'route.released', route });
        // What was in flight has nobody left to hear its answer, and its source port is free for others.
        for (const probe of child.flight.inFlightProbes()) {
          peers.ticker.send({ type: 'deadline.cleared', probe });
          child.flight.advance(probe, 'expired');
          const rtime = peers.clock.wall(peers.clock.now());
          const doubt = peers.conditions.ofTimeout(probe);
          peers.intake.send({ type: 'result.made', result: timeoutResult(probe, rtime, doubt) });
        }
        child.flight.disown();
        const count = (faults.get(id) ?? 0) + 1;
        faults.set(id, count);
        const delay = Math.min(1000 * 2 ** (count - 1), LONGEST_RESPAWN_DELAY);
        logger.error('destination.failed', { destination: id, error: String(error), respawn: delay });
        enqueue.stopChild(actorId);
        enqueue.raise(
          { type: 'destination.respawned', settings: child.settings },
          { delay, id: `respawn.${id}` },
        );
      },
    ),
    cancelRespawns: enqueueActions(({ enqueue }, { ids }: { ids: number[] }) => {
      for (const id of ids) enqueue.cancel(`respawn.${id}`);
    }),
  },
}).createMachine({
  id: 'partition',
  context: ({ input }) => ({ ...input, children: new Map(), faults: new Map() }),
  initial: 'supervising',
  on: {
    'xstate.done.actor.destination.*': { actions: { type: 'bury', params: ({ event }) => event } },
    'xstate.error.actor.destination.*': { actions: { type: 'recover', params: ({ event }) => event } },
  },
  states: {
    supervising: {
      on: {
        'destinations.wanted': {
          actions: [
            { type: 'change', params: ({ event }) => event },
            { type: 'spawn', params: ({ event }) => event },
          ],
        },
        'destinations.unwanted': {
          actions: [
            { type: 'cancelRespawns', params: ({ event }) => event },
            { type: 'retire', params: ({ event }) => event },
          ],
        },
        'destination.respawned': {
          actions: { type: 'spawn', params: ({ event }) => ({ settings: [event.settings] }) },
        },
        'destinations.retired': { target: 'retiring', actions: 'retireAll' },
      },
    },
    retiring: {
      always: { guard: 'empty', target: 'retired' },
      on: { 'destinations.abandoned': { actions: 'abandonAll' } },
    },
    retired: { type: 'final' },
  },
});

export type PartitionRef = ActorRefFrom<typeof partitionMachine>;

const idOf = (actorId: string): number => Number(actorId.slice('destination.'.length));
