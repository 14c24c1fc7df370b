import type { Meters } from '../counters.ts';
import type { Settings } from '../entities/settings.ts';
import type { Clock } from '../io/clock.ts';
import type { TransportError } from '../io/transport.ts';
import type { Flight, Probe, ProbeNotice, Route } from '../probing/flight.ts';
import type { LocalConditions } from '../probing/local-conditions.ts';
import type { IntakeEvent } from './intake.ts';
import type { Mailbox } from './mailbox.ts';
import type { OutboxEvent } from './outbox.ts';
import type { ResolverEvent } from './resolver.ts';
import type { RouterEvent } from './router.ts';
import type { TickerEvent } from './ticker.ts';

/** What every destination works with. */
export interface Peers {
  clock: Clock;
  /** Whole numbers of 32 bits, for nonces. */
  random: () => number;
  meters: Meters;
  conditions: LocalConditions;
  ticker: Mailbox<TickerEvent>;
  outbox: Mailbox<OutboxEvent>;
  resolver: Mailbox<ResolverEvent>;
  router: Mailbox<RouterEvent>;
  intake: Mailbox<IntakeEvent>;
}

export interface DestinationInput {
  settings: Settings;
  flight: Flight;
  peers: Peers;
}

export type DestinationEvent =
  | { type: 'probe.due'; at: number }
  | { type: 'probe.sent'; probe: Probe; sentAt: number }
  | { type: 'probe.unsent'; probe: Probe; error: TransportError }
  | ProbeNotice
  | { type: 'address.resolved'; address: string }
  | { type: 'address.failed'; reason: string }
  | { type: 'route.granted'; route: Route }
  | { type: 'route.refused'; reason: string }
  | { type: 'destination.changed'; settings: Settings }
  | { type: 'destination.retired' }
  | { type: 'destination.abandoned' };

export type Credit = Extract<ProbeNotice, { type: 'reply.received' }>;

export interface DestinationContext {
  settings: Settings;
  /** Mutable, and this actor's alone: copying it at each of its probes would cost more than the probe. */
  flight: Flight;
  peers: Peers;
  route: Route | undefined;
  /** Why there is no route. */
  problem: string;
  /** No more probes; final as soon as nothing is in flight. */
  retiring: boolean;
}
