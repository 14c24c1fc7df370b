import { type ActorRefFrom, fromCallback } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Settings } from '../entities/settings.ts';
import type { Clock, ClockTimer } from '../io/clock.ts';
import { canonicalAddress } from '../io/packet/address.ts';
import type { Answer } from '../io/packet/answer.ts';
import { type Flight, LATE_WINDOW, type Route } from '../probing/flight.ts';
import { RoutingTable } from '../probing/routing-table.ts';
import type { DestinationEvent } from './destination-context.ts';
import type { Mailbox } from './mailbox.ts';

type Owner = Mailbox<DestinationEvent>;

/** What a destination wants a route for. */
interface Claim {
  settings: Settings;
  /** Its probes, which answers are looked for among. */
  flight: Flight;
  /** Numeric. */
  address: string;
}

export type RouterEvent =
  | { type: 'answers.received'; answers: Answer[] }
  /** A destination wants to probe a numeric address. */
  | ({ type: 'route.claimed'; owner: Owner } & Claim)
  /** It no longer does, if it is still waiting for a route. */
  | { type: 'route.unclaimed'; owner: Owner }
  | { type: 'route.released'; route: Route }
  /** As released, but answers may still come for `delay` ms. */
  | { type: 'route.left'; route: Route; delay: number };

export interface RouterInput {
  sourceid: number;
  clock: Clock;
  /** Whole numbers of 32 bits. */
  random: () => number;
  meters: Meters;
}

/** The registry's switchboard: gives out routes, and takes each answer to the probe that it is about. */
export const routerLogic = fromCallback<RouterEvent, RouterInput>(
  ({ input: { sourceid, clock, random, meters }, receive }) => {
    const routes = new RoutingTable(sourceid, random);
    const leaving = new Set<ClockTimer>();
    /** Who was refused a route, and where to; the first of them gets the next lane that becomes free. */
    const waiting = new Map<Owner, Claim & { target: string }>();

    const claim = (owner: Owner, { flight, settings, address }: Claim, target: string): boolean => {
      const route = routes.claim(flight, settings, address, target);
      if (route) owner.send({ type: 'route.granted', route });
      return route !== undefined;
    };

    const release = (route: Route) => {
      routes.release(route);
      for (const [owner, { target, ...wanted }] of waiting) {
        if (target !== route.target) continue;
        if (claim(owner, wanted, target)) waiting.delete(owner);
        return;
      }
    };

    const releaseLater = (route: Route, delay: number) => {
      const timer = clock.setTimer(clock.now() + delay, () => {
        leaving.delete(timer);
        release(route);
      });
      leaving.add(timer);
    };

    receive((event) => {
      switch (event.type) {
        case 'answers.received':
          for (const answer of event.answers) {
            const probe = routes.find(answer);
            if (probe?.owner) probe.owner.send({ type: 'reply.received', probe, answer });
            else meters.foreign++;
          }
          return;
        case 'route.claimed': {
          const { owner, settings, flight, address } = event;
          const target = canonicalAddress(address);
          waiting.delete(owner);
          if (claim(owner, event, target)) return;
          waiting.set(owner, { settings, flight, address, target });
          owner.send({
            type: 'route.refused',
            reason: `256 destinations have the address ${address} already`,
          });
          return;
        }
        case 'route.unclaimed':
          waiting.delete(event.owner);
          return;
        case 'route.released':
          // Who comes next would start with the same source ports, and take a late answer to a UDP probe for its own.
          if (event.route.port !== null) releaseLater(event.route, LATE_WINDOW);
          else release(event.route);
          return;
        case 'route.left':
          releaseLater(event.route, event.delay);
      }
    });

    return () => {
      for (const timer of leaving) timer.cancel();
    };
  },
);

export type RouterRef = ActorRefFrom<typeof routerLogic>;
