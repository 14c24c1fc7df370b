import { Meters } from '../../src/counters.ts';
import type { Source } from '../../src/entities/source.ts';
import type { Clock } from '../../src/io/clock.ts';
import type { Logger } from '../../src/logger.ts';
import type { Mailbox } from '../../src/machines/mailbox.ts';
import { LocalConditions, type Watched } from '../../src/probing/local-conditions.ts';

/** A mailbox that keeps what it is sent. */
export class Inbox<Event extends { type: string }> implements Mailbox<Event> {
  readonly events: Event[] = [];

  send(event: Event): void {
    this.events.push(event);
  }

  ofType<Type extends Event['type']>(type: Type): Extract<Event, { type: Type }>[] {
    return this.events.filter((event): event is Extract<Event, { type: Type }> => event.type === type);
  }
}

/** A logger that keeps what it is told. */
export class LogBook implements Logger {
  readonly entries: { level: string; event: string; facts: Record<string, unknown> }[] = [];
  readonly #log =
    (level: string) =>
    (event: string, facts: Record<string, unknown> = {}) =>
      void this.entries.push({ level, event, facts });

  readonly error = this.#log('error');
  readonly warn = this.#log('warn');
  readonly info = this.#log('info');
  readonly debug = this.#log('debug');

  of(event: string): Record<string, unknown>[] {
    return this.entries.filter((entry) => entry.event === event).map(({ facts }) => facts);
  }
}

/** The conditions of a host that drops nothing, unless it is told otherwise. */
export const conditionsOn = (clock: Clock, watched: Partial<Watched> = {}): LocalConditions =>
  new LocalConditions({
    clock,
    transport: { counters: () => ({ sent: 0, received: 0, dropped: 0 }) },
    meters: new Meters(),
    logger: new LogBook(),
    ...watched,
  });

export const source: Source = { id: 1, location: 3, host: 4, sourceid: 7, address: null, name: 'here' };
