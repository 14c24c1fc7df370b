import type { Probe } from './flight.ts';
import { SourcePorts, type SourcePortsOptions } from './source-ports.ts';

/** The source ports of SYNs, which also sees to it that no two SYNs can get the same acknowledgment. */
export class SynPorts extends SourcePorts {
  /** All SYNs that may still be answered, by the acknowledgment; shared with all other ports of all other hosts. */
  readonly #expected: Map<number, Probe>;
  /** The entries of `expected` that the last probe from each port has. */
  readonly #entries = new Map<number, number[]>();

  constructor(options: SourcePortsOptions, expected: Map<number, Probe>) {
    super(options);
    this.#expected = expected;
  }

  /** Gives the probe another sequence number, too, where there is one like it. */
  override take(probe: Probe): number {
    const port = super.take(probe);
    this.#forget(port);
    while (acknowledgmentsOf(probe).some((each) => this.#expected.has(each)))
      probe.nonce = (probe.nonce + 1) >>> 0;
    const entries = acknowledgmentsOf(probe);
    for (const each of entries) this.#expected.set(each, probe);
    this.#entries.set(port, entries);
    return port;
  }

  override close(): void {
    for (const port of this.#entries.keys()) this.#forget(port);
  }

  #forget(port: number): void {
    for (const each of this.#entries.get(port) ?? []) this.#expected.delete(each);
    this.#entries.delete(port);
  }
}

/** A SYN counts as one byte; the data with it may be taken or left. https://www.rfc-editor.org/rfc/rfc9293#section-3.4 */
export function acknowledgmentsOf({ nonce, settings }: Probe): number[] {
  const length = settings.data.length;
  const bare = (nonce + 1) >>> 0;
  return length === 0 ? [bare] : [bare, (bare + length) >>> 0];
}
