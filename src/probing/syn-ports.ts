import { LATE_WINDOW, type Probe } from './flight.ts';
import { SourcePorts, type SourcePortsOptions } from './source-ports.ts';

/** A SYN, as it was when it was sent. */
interface Sent {
  probe: Probe;
  nonce: number;
  acknowledgments: number[];
}

/** The source ports of SYNs, which also sees to it that no two SYNs can get the same acknowledgment. */
export class SynPorts extends SourcePorts {
  /** All SYNs that may still be answered, by the acknowledgment; shared with all other ports of all other hosts. */
  readonly #expected: Map<number, Probe>;
  /** The last one from each port. */
  readonly #last = new Map<number, Sent>();
  /** Those before, that nobody has answered; the oldest first. */
  readonly #late: Sent[] = [];

  constructor(options: SourcePortsOptions, expected: Map<number, Probe>) {
    super(options);
    this.#expected = expected;
  }

  /** Gives the probe another sequence number, too, where there is one like it. */
  override take(probe: Probe): number {
    const port = super.take(probe);
    const former = this.#last.get(port);
    if (former && isAwaited(former, probe.sentAt)) this.#late.push(former);
    else if (former) this.#forget(former);
    while (this.#late[0] && !isAwaited(this.#late[0], probe.sentAt)) this.#forget(this.#late.shift());
    while (acknowledgmentsOf(probe).some((each) => this.#expected.has(each)))
      probe.nonce = (probe.nonce + 1) >>> 0;
    const acknowledgments = acknowledgmentsOf(probe);
    for (const each of acknowledgments) this.#expected.set(each, probe);
    this.#last.set(port, { probe, nonce: probe.nonce, acknowledgments });
    return port;
  }

  override close(): void {
    for (const sent of [...this.#last.values(), ...this.#late.splice(0)]) this.#forget(sent);
    this.#last.clear();
  }

  #forget(sent: Sent | undefined): void {
    for (const each of sent?.acknowledgments ?? []) this.#expected.delete(each);
  }
}

/** Whether an answer may still come that is late, however many probes the port has had since; `now` in ms. */
const isAwaited = ({ probe, nonce }: Sent, now: number): boolean =>
  probe.nonce === nonce && probe.state === 'expired' && probe.deadline + LATE_WINDOW > now;

/** A SYN counts as one byte; the data with it may be taken or left. https://www.rfc-editor.org/rfc/rfc9293#section-3.4 */
export function acknowledgmentsOf({ nonce, settings }: Probe): number[] {
  const length = settings.data.length;
  const bare = (nonce + 1) >>> 0;
  return length === 0 ? [bare] : [bare, (bare + length) >>> 0];
}
