import { type ActorRefFrom, assign, setup } from 'xstate';
import type { Doubt } from '../entities/doubt.ts';
import type { Settings } from '../entities/settings.ts';
import type { TransportError } from '../io/transport.ts';
import { type Flight, LATE_WINDOW, type Probe } from '../probing/flight.ts';
import { resultOf, timeoutResult, unsentResult } from '../probing/results.ts';
import type { NewResult } from '../storage/store.ts';
import type {
  Credit,
  DestinationContext,
  DestinationEvent,
  DestinationInput,
  Peers,
} from './destination-context.ts';

const UNRESOLVED = 'the name is not resolved yet';

/**
 * Probes one destination: one probe at each due time, whatever else is in flight.
 *
 * - idle: nothing is in flight
 * - probing: a probe is with the socket, and not sent yet
 * - awaiting: what is in flight is on the wire
 * - timeout: a deadline has passed; goes on at once
 * - retired: no longer wanted, and everything that was in flight is accounted for
 */
export const destinationMachine = setup({
  types: {
    input: {} as DestinationInput,
    context: {} as DestinationContext,
    events: {} as DestinationEvent,
  },
  guards: {
    sendable: ({ context: { route, flight } }) => route?.identifiers.free === true && flight.free,
    retiring: ({ context }) => context.retiring,
    inFlight: ({ context }) => context.flight.inFlight > 0,
    moreHanded: ({ context }) => context.flight.handed > 1,
    othersInFlight: ({ context }) => context.flight.inFlight > 1,
    relocated: ({ context: { settings } }, changed: { settings: Settings }) =>
      (['address', 'protocol', 'port'] as const).some((key) => settings[key] !== changed.settings[key]),
    settlesLast: ({ context: { flight } }, { probe }: { probe: Probe }) =>
      flight.inFlight === 1 && probe.state === 'pending',
  },
  actions: {
    locate: ({ context: { settings, flight, peers }, self }) => {
      const { address, named, family } = settings;
      if (named) peers.resolver.send({ type: 'name.watched', name: address, family, watcher: self });
      else peers.router.send({ type: 'route.claimed', owner: self, settings, flight, address });
    },
    forgetAddress: ({ context: { settings, peers }, self }) => {
      if (settings.named) peers.resolver.send({ type: 'name.unwatched', watcher: self });
      peers.router.send({ type: 'route.unclaimed', owner: self });
    },
    claimRoute: ({ context: { settings, flight, peers }, self }, { address }: { address: string }) => {
      peers.router.send({ type: 'route.claimed', owner: self, settings, flight, address });
    },
    // What is in flight may still be answered on the old route.
    leaveRoute: ({ context: { route, settings, flight, peers } }) => {
      if (!route) return;
      const timeouts = flight.inFlightProbes().map((probe) => probe.settings.timeout);
      const delay = Math.max(settings.timeout, ...timeouts) + LATE_WINDOW;
      peers.router.send({ type: 'route.left', route, delay });
    },
    releaseRoute: ({ context: { route, peers } }) => {
      if (route) peers.router.send({ type: 'route.released', route });
    },
    disownProbes: ({ context: { flight } }) => flight.disown(),
    schedule: ({ context: { settings, peers, retiring }, self }) => {
      const { id, interval } = settings;
      if (!retiring) peers.ticker.send({ type: 'schedule.set', owner: self, id, interval });
    },
    unschedule: ({ context: { peers }, self }) => {
      peers.ticker.send({ type: 'schedule.cleared', owner: self });
    },
    probe: ({ context: { settings, flight, peers, route }, self }, { at }: { at: number }) => {
      if (!route) return;
      const probe = flight.make(settings, route, peers.random(), at);
      probe.owner = self;
      peers.outbox.send({ type: 'probe.handed', owner: self, probe });
    },
    skip: ({ context: { settings, flight, peers, route, problem } }) => {
      const probe = { settings, rseq: flight.takeSequence() };
      const exhausted = `all ${route?.identifiers.free ? '65,536 sequences' : '64 source ports'} are in flight`;
      const reason = route ? exhausted : problem;
      record(peers, unsentResult(probe, peers.clock.wall(peers.clock.now()), reason));
    },
    launch: ({ context: { flight, peers } }, { probe, sentAt }: { probe: Probe; sentAt: number }) => {
      probe.sentAt = sentAt;
      flight.advance(probe, 'pending');
      peers.ticker.send({ type: 'deadline.set', probe });
    },
    drop: ({ context: { flight, peers } }, { probe, error }: { probe: Probe; error: TransportError }) => {
      flight.advance(probe, 'void');
      if (error.code === 'EADDRINUSE') probe.route.identifiers.avoid(probe.rid);
      record(peers, unsentResult(probe, peers.clock.wall(peers.clock.now()), error.message));
    },
    credit: ({ context: { flight, peers } }, { probe, answer }: Credit) => {
      const doubt = answer.untimed ? peers.conditions.ofUntimed(probe, answer.receivedAt) : null;
      // The expiry may be on its way behind this very answer.
      if (probe.state === 'pending' && answer.receivedAt > probe.deadline)
        giveUp(probe, flight, peers, doubt);
      record(peers, resultOf(probe, answer, peers.clock.wall(answer.receivedAt), doubt));
      peers.ticker.send({ type: 'deadline.cleared', probe });
      flight.advance(probe, 'answered');
    },
    expire: ({ context: { flight, peers } }, { probe }: { probe: Probe }) => {
      if (probe.state === 'pending') giveUp(probe, flight, peers, peers.conditions.ofTimeout(probe));
    },
    expireAll: ({ context: { flight, peers } }) => {
      for (const probe of flight.inFlightProbes())
        if (probe.state === 'pending') giveUp(probe, flight, peers, peers.conditions.ofTimeout(probe));
    },
  },
}).createMachine({
  id: 'destination',
  context: ({ input: { settings, flight, peers } }) => ({
    settings,
    flight,
    peers,
    route: undefined,
    problem: UNRESOLVED,
    retiring: false,
  }),
  entry: 'locate',
  initial: 'idle',
  on: {
    'address.resolved': { actions: { type: 'claimRoute', params: ({ event }) => event } },
    'address.failed': {
      actions: ['leaveRoute', assign({ route: undefined, problem: ({ event }) => event.reason }), 'schedule'],
    },
    'route.granted': {
      actions: ['leaveRoute', assign({ route: ({ event }) => event.route }), 'schedule'],
    },
    'route.refused': {
      actions: ['leaveRoute', assign({ route: undefined, problem: ({ event }) => event.reason }), 'schedule'],
    },
    'destination.changed': [
      {
        guard: { type: 'relocated', params: ({ event }) => event },
        actions: [
          'forgetAddress',
          'unschedule',
          'leaveRoute',
          assign({
            settings: ({ event }) => event.settings,
            route: undefined,
            problem: UNRESOLVED,
            retiring: false,
          }),
          'locate',
        ],
      },
      { actions: [assign({ settings: ({ event }) => event.settings, retiring: false }), 'schedule'] },
    ],
    'destination.retired': { actions: ['unschedule', assign({ retiring: true })] },
    'destination.abandoned': { actions: 'expireAll' },
    'reply.received': { actions: { type: 'credit', params: ({ event }) => event } },
    'probe.expired': { actions: { type: 'expire', params: ({ event }) => event } },
  },
  states: {
    idle: {
      always: { guard: 'retiring', target: 'retired' },
      on: {
        'probe.due': [
          { guard: 'sendable', target: 'probing', actions: { type: 'probe', params: ({ event }) => event } },
          { actions: 'skip' },
        ],
      },
    },
    probing: {
      on: {
        'probe.due': [
          { guard: 'sendable', actions: { type: 'probe', params: ({ event }) => event } },
          { actions: 'skip' },
        ],
        'probe.sent': [
          { guard: 'moreHanded', actions: { type: 'launch', params: ({ event }) => event } },
          { target: 'awaiting', actions: { type: 'launch', params: ({ event }) => event } },
        ],
        'probe.unsent': [
          { guard: 'moreHanded', actions: { type: 'drop', params: ({ event }) => event } },
          {
            guard: 'othersInFlight',
            target: 'awaiting',
            actions: { type: 'drop', params: ({ event }) => event },
          },
          { target: 'idle', actions: { type: 'drop', params: ({ event }) => event } },
        ],
      },
    },
    awaiting: {
      on: {
        'probe.due': [
          { guard: 'sendable', target: 'probing', actions: { type: 'probe', params: ({ event }) => event } },
          { actions: 'skip' },
        ],
        'reply.received': [
          {
            guard: { type: 'settlesLast', params: ({ event }) => event },
            target: 'idle',
            actions: { type: 'credit', params: ({ event }) => event },
          },
          { actions: { type: 'credit', params: ({ event }) => event } },
        ],
        'probe.expired': {
          target: 'timeout',
          actions: { type: 'expire', params: ({ event }) => event },
        },
        'destination.abandoned': { target: 'timeout', actions: 'expireAll' },
      },
    },
    timeout: {
      always: [{ guard: 'inFlight', target: 'awaiting' }, { target: 'idle' }],
    },
    retired: {
      type: 'final',
      entry: ['unschedule', 'forgetAddress', 'releaseRoute', 'disownProbes'],
    },
  },
});

export type DestinationRef = ActorRefFrom<typeof destinationMachine>;

const record = ({ intake }: Peers, result: NewResult) => intake.send({ type: 'result.made', result });

function giveUp(probe: Probe, flight: Flight, { clock, intake, ticker }: Peers, doubt: Doubt | null): void {
  flight.advance(probe, 'expired');
  ticker.send({ type: 'deadline.cleared', probe });
  intake.send({ type: 'result.made', result: timeoutResult(probe, clock.wall(clock.now()), doubt) });
}
