import type { Source } from '../../src/entities/source.ts';
import type { Logger } from '../../src/logger.ts';
import type { Mailbox } from '../../src/machines/mailbox.ts';

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

export const source: Source = { id: 1, location: 3, host: 4, sourceid: 7, address: null, name: 'here' };
