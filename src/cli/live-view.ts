import type { Counters } from '../counters.ts';
import { DOUBTS } from '../entities/doubt.ts';
import type { Pinger } from '../pinger.ts';
import { MinutedSummary, minuteOf } from '../statistics/minutes.ts';
import { observationOf } from '../statistics/observation.ts';
import { statisticsOf } from '../statistics/statistics.ts';
import type { NewResult } from '../storage/store.ts';
import { cell, dataCell, instantCell, outcomeCell, rttCell } from './format.ts';
import { formatStatistics } from './statistics-table.ts';
import { pad } from './table.ts';

/** Output that nobody reads is kept up to this much, bytes; lines beyond are counted instead. */
const MOST_UNREAD = 16 * 2 ** 20;

/** The summary is for people: of more destinations than this, only the table knows each one's statistics. */
const MOST_SUMMARISED = 1000;

/** Shows what a pinger does: a line a result, and statistics at the end. */
export class LiveView {
  readonly #json: boolean;
  readonly #quiet: boolean;
  readonly #labels = new Map<number, string>();
  readonly #summaries = new Map<number, MinutedSummary>();
  readonly #lines: string[] = [];
  #unshown = 0;
  /** Destinations, for a summary. */
  #tooMany = false;
  #headed = false;
  /** Standard output takes no more. */
  #gone = false;
  #flushing = false;
  #targetWidth = 12;
  #fromWidth = 12;

  constructor(pinger: Pinger, { json, quiet }: { json: boolean; quiet: boolean }) {
    this.#json = json;
    process.stdout.once('error', () => {
      this.#gone = true;
    });
    this.#quiet = quiet;
    pinger.on('destination', ({ destination_id, label, status }) => {
      this.#labels.set(destination_id, label);
      if (status !== 'paused') this.#targetWidth = Math.min(40, Math.max(this.#targetWidth, label.length));
    });
    pinger.on('result', (result) => this.#take(result));
  }

  /** The end: statistics of everything that was seen. */
  finish(counters: Counters): void {
    this.#flush();
    const rows = [...this.#summaries]
      .sort(([a], [b]) => a - b)
      .map(([id, summary]) => ({ id, label: this.#label(id), statistics: statisticsOf(summary.summary()) }));
    if (this.#json) {
      for (const { id, label, statistics } of rows)
        this.#print(
          JSON.stringify({ type: 'summary', destination_id: id, destination: label, ...statistics }),
        );
      this.#print(JSON.stringify({ type: 'counters', ...counters }));
      return;
    }
    if (rows.length > 0) this.#print(`\n${formatStatistics(rows)}`);
    if (this.#tooMany)
      this.#print(`\nMore than ${MOST_SUMMARISED} destinations: "pinger stats" tells each one's statistics.`);
    this.#print(`\n${counters.stored} results stored.${this.#notes(counters)}`);
  }

  #notes({ missed, dropped, lost, doubts }: Counters): string {
    const kinds = DOUBTS.filter((doubt) => doubts[doubt] > 0);
    const reasons = kinds.map((doubt) => `${doubts[doubt]} ${doubt}`).join(', ');
    const notes: [number, string][] = [
      [missed, 'due times missed, because this process was held up'],
      [dropped, 'packets dropped by this host before they were read'],
      [lost, 'results lost'],
      [
        kinds.reduce((sum, doubt) => sum + doubts[doubt], 0),
        `results in doubt, for reasons of this host's own: ${reasons}`,
      ],
      [this.#unshown, 'lines not shown, because nobody read them'],
    ];
    return notes
      .filter(([count]) => count > 0)
      .map(([count, what]) => ` ${count} ${what}.`)
      .join('');
  }

  #label(id: number): string {
    return this.#labels.get(id) ?? `#${id}`;
  }

  #take(result: NewResult): void {
    if (!this.#tooMany) this.#summarise(result);
    if (!this.#quiet) this.#print(this.#json ? this.#jsonLine(result) : this.#textLine(result));
  }

  #summarise(result: NewResult): void {
    const { destination_id } = result;
    let summary = this.#summaries.get(destination_id);
    if (!summary) {
      if (this.#summaries.size === MOST_SUMMARISED) {
        this.#tooMany = true;
        this.#summaries.clear();
        return;
      }
      summary = new MinutedSummary();
      this.#summaries.set(destination_id, summary);
    }
    summary.add(observationOf(result), minuteOf(result.rtime));
  }

  #jsonLine({ destination_id, rtime, reason, sentAt, ...rest }: NewResult): string {
    const destination = this.#label(destination_id);
    const why = reason === null ? {} : { reason };
    return JSON.stringify({
      type: 'result',
      destination_id,
      destination,
      rtime: rtime.toString(),
      ...rest,
      ...why,
    });
  }

  #textLine(result: NewResult): string {
    const {
      outcome,
      doubt,
      address,
      rtt,
      rseq,
      rttl,
      rtype,
      icmptype,
      rcode,
      datamatch,
      reason,
      destination_id,
      rtime,
    } = result;
    this.#fromWidth = Math.max(this.#fromWidth, address?.length ?? 0);
    const failure = outcome === 'unreachable' || outcome === 'ttl_exceeded';
    const notes = [
      ...(failure ? [`type ${icmptype} code ${rcode}`] : []),
      ...(datamatch === false ? [`data ${dataCell(false, rtype)}`] : []),
      ...(reason === null ? [] : [reason]),
      ...(doubt === null ? [] : [`in doubt: ${doubt}`]),
    ];
    const cells = [
      instantCell(rtime.toString(), new Date()),
      pad(this.#label(destination_id), this.#targetWidth),
      pad(cell(address), this.#fromWidth),
      pad(outcomeCell(outcome), 12),
      pad(String(rseq), 5, true),
      pad(rttCell(rtt), 9, true),
      pad(cell(rttl), 4, true),
      notes.join(', '),
    ];
    return cells.join('  ').trimEnd();
  }

  #heading(): string {
    const cells = [
      pad('time', 12),
      pad('destination', this.#targetWidth),
      pad('from', this.#fromWidth),
      pad('outcome', 12),
      pad('seq', 5, true),
      pad('rtt ms', 9, true),
      pad('ttl', 4, true),
    ];
    return cells.join('  ');
  }

  #print(line: string): void {
    if (this.#gone) return;
    if (process.stdout.writableLength > MOST_UNREAD) {
      this.#unshown++;
      return;
    }
    if (!this.#headed && !this.#quiet && !this.#json) this.#lines.push(this.#heading());
    this.#headed = true;
    // All lines of one turn of the event loop are one write.
    if (!this.#flushing) setImmediate(() => this.#flush());
    this.#flushing = true;
    this.#lines.push(line);
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#lines.length > 0) process.stdout.write(`${this.#lines.splice(0).join('\n')}\n`);
  }
}
