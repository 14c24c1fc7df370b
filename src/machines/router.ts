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
          const route = routes.claim(owner, address, canonicalAddress(address));
          const reason = `256 destinations have the address ${address} already`;
          owner.send(route ? { type: 'route.granted', route } : { type: 'route.refused', reason });
          return;
        }
        case 'route.released':
          routes.release(event.route);
          return;
        case 'route.left': {
          const { route, delay } = event;
          const timer = clock.setTimer(clock.now() + delay, () => {
            leaving.delete(timer);
            routes.release(route);
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
