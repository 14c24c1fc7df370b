/** The part of an actor that its peers see: somewhere to send events to. */
export interface Mailbox<Event> {
  send(event: Event): void;
}
