import { type ActorRefFrom, fromCallback } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Clock, ClockTimer } from '../io/clock.ts';
import { canonicalAddress } from '../io/packet/address.ts';
import type { Answer } from '../io/packet/answer.ts';
import type { Route } from '../probing/flight.ts';
import { RoutingTable } from '../probing/routing-table.ts';
import type { DestinationEvent } from './destination.ts';
import type { Mailbox } from './mailbox.ts';

type Owner = Mailbox<DestinationEvent>;

export type RouterEvent =
  | { type: 'answers.received'; answers: Answer[] }
  /** A destination wants to probe a numeric address. */
  | { type: 'route.claimed'; owner: Owner; address: string }
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

/** The registry's switchboard: gives out routes, and takes each answer to the destination that it is for. */
export const routerLogic = fromCallback<RouterEvent, RouterInput>(
  ({ input: { sourceid, clock, random, meters }, receive }) => {
    const routes = new RoutingTable<Owner>(sourceid, random);
    const leaving = new Set<ClockTimer>();
    /** Who was refused a route, and where to; the first of them gets the next lane that becomes free. */
    const waiting = new Map<Owner, { address: string; target: string }>();

    const claim = (owner: Owner, address: string, target: string): boolean => {
      const route = routes.claim(owner, address, target);
      if (route) owner.send({ type: 'route.granted', route });
      return route !== undefined;
    };

    const release = (route: Route) => {
      routes.release(route);
      for (const [owner, { address, target }] of waiting) {
        if (target !== route.target) continue;
        if (claim(owner, address, target)) waiting.delete(owner);
        return;
      }
    };

    receive((event) => {
      switch (event.type) {
        case 'answers.received':
          for (const answer of event.answers) {
            const owner = routes.find(answer);
            if (owner) owner.send({ type: 'reply.received', answer });
            else meters.foreign++;
          }
          return;
        case 'route.claimed': {
          const { owner, address } = event;
          const target = canonicalAddress(address);
          waiting.delete(owner);
          if (claim(owner, address, target)) return;
          waiting.set(owner, { address, target });
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
          release(event.route);
          return;
        case 'route.left': {
          const { route, delay } = event;
          const timer = clock.setTimer(clock.now() + delay, () => {
            leaving.delete(timer);
            release(route);
          });
          leaving.add(timer);
        }
      }
    });

    return () => {
      for (const timer of leaving) timer.cancel();
    };
  },
);

export type RouterRef = ActorRefFrom<typeof routerLogic>;
