import { isIP } from 'node:net';
import { labelOf } from '../entities/label.ts';
import { hasPort, ipProtocol, type Protocol } from '../entities/protocol.ts';
import { canonicalAddress } from '../io/packet/address.ts';
import type { NewResult } from '../storage/store.ts';
import { ExpectedResults } from './expected-results.ts';
import type { Ledger, Target } from './ledger.ts';
import type { DestinationReport } from './report.ts';
import type { ExpectedRow } from './row-edits.ts';

type Row = ExpectedRow['row'];

/** One destination: every row that it has been, and what was measured of it. */
interface Observed {
  rows: Row[];
  results: ExpectedResults;
}

/** What a simulation has seen of each destination. */
export class Observations {
  readonly #ledger: Ledger;
  readonly #addressesOf: (name: string) => Iterable<string>;
  readonly #observed = new Map<number, Observed>();

  /** `addressesOf`: the addresses that a name has stood for. */
  constructor(ledger: Ledger, addressesOf: (name: string) => Iterable<string>) {
    this.#ledger = ledger;
    this.#addressesOf = addressesOf;
  }

  /** Rows that are new, or other than before. */
  know(rows: readonly ExpectedRow[]): void {
    for (const { row, expectations } of rows) {
      const known = this.#observed.get(row.id);
      if (known) known.rows.push(row);
      else this.#observed.set(row.id, { rows: [row], results: new ExpectedResults(expectations) });
    }
  }

  /** `sentAt`: when its probe was sent, ns since the start. */
  take(result: NewResult, sentAt: number): void {
    this.#observed.get(result.destination_id)?.results.add(result, sentAt);
  }

  /** How many expectations cannot be judged by `end`, ns since the start. */
  unjudged(end: number): number {
    return [...this.#observed.values()].reduce((sum, { results }) => sum + results.unjudged(end), 0);
  }

  /** `end`: ns since the start. */
  reports(end: number): DestinationReport[] {
    return [...this.#observed].map(([id, { rows, results }]) => {
      const [first] = rows as [Row];
      return {
        destination_id: id,
        destination: labelOf(first),
        name: first.name,
        network: this.#ledger.figures(rows.flatMap((row) => this.#targetsOf(row))),
        measured: results.statistics(),
        expectations: results.verdicts(end),
      };
    });
  }

  #targetsOf({ address, protocol, port, ttl }: Row): Target[] {
    const addresses = isIP(address) === 0 ? [...this.#addressesOf(address)] : [canonicalAddress(address)];
    return addresses.map((each) => ({
      protocol: ipProtocol(protocol as Protocol),
      address: each,
      port: hasPort(protocol as Protocol) ? port : null,
      ttl,
    }));
  }
}
