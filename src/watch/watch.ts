import { setTimeout as sleep } from 'node:timers/promises';
import { Destination } from '../entities/destination.ts';
import type { DatabaseAccess } from '../storage/database-access.ts';
import { DatabaseError } from '../storage/store.ts';
import { arranged } from './arrange.ts';
import { readDetail } from './detail-reader.ts';
import { type DetailData, detailFrame } from './detail-view.ts';
import type { Frame } from './frame.ts';
import { helpFrame, helpPages } from './help-view.ts';
import type { Key } from './keys.ts';
import type { Capabilities } from './look.ts';
import { type Command, press } from './press.ts';
import type { Reader } from './reader.ts';
import type { WatchedRow } from './row.ts';
import type { Surroundings } from './screen.ts';
import { type PressContext, settled } from './selection.ts';
import { pageOf, tableFrame } from './table-view.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';
import { safe } from './text.ts';
import { type FirstView, firstState, SPANS, type ViewState } from './view-state.ts';

export interface WatchOptions extends Pick<TerminalOptions, 'input' | 'output' | 'capabilities'> {
  /** One that has begun. */
  reader: Reader;
  access: DatabaseAccess;
  /** The database, as people are told. */
  database: string;
  /** From one frame to the next, ms. */
  interval: number;
  first: FirstView;
}

/** How often news are read at least, ms. */
const LONGEST_READ = 1000;

/** Keys that come in this make one frame, ms. */
const KEYS_IN_A_FRAME = 40;

/** Of very many rows, the order is made anew after so many times what making it took. */
const ARRANGE_COST = 20;

/** A detail is read again after this part of its span, and not sooner than so many times what reading took. */
const REREAD_SPAN = 1 / 300;
const REREAD_COST = 10;

/** What went wrong is told for so long, ms. */
const NOTICE = 8000;

/** The screen: what is read becomes frames, and keys change what they show, until it is closed. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #terminal: Terminal;
  readonly #closing = new AbortController();
  #state: ViewState;
  #shown: readonly WatchedRow[] = [];
  #shownFrom: readonly WatchedRow[] = [];
  #shownOf = '';
  #arrangeDue = 0;
  #drawTimer: NodeJS.Timeout | undefined;
  #detail: DetailData | undefined;
  #detailDue = 0;
  #isReadingDetail = false;
  #notice: { text: string; until: number } | undefined;
  #quit: () => void = () => undefined;
  /** Resolves when somebody has had enough, and rejects with what nobody has foreseen. */
  readonly quitted: Promise<void>;

  constructor(options: WatchOptions) {
    const { input, output, capabilities, first } = options;
    this.#options = options;
    this.#state = firstState(first);
    const quit = new Promise<void>((resolve) => {
      this.#quit = resolve;
    });
    this.#terminal = new Terminal({
      input,
      output,
      capabilities,
      onKey: (key) => this.#press(key),
      onResize: () => this.#drawSoon(),
    });
    this.#draw();
    this.quitted = Promise.race([quit, this.#follow(), this.#redraw()]);
  }

  /** Leaves the terminal as it was. */
  close(): void {
    this.#closing.abort();
    clearTimeout(this.#drawTimer);
    this.#terminal.close();
  }

  async #follow(): Promise<void> {
    const { reader, interval } = this.#options;
    while (await this.#waited(Math.min(interval, LONGEST_READ))) {
      await reader.read();
      this.#readDetail();
    }
  }

  async #redraw(): Promise<void> {
    while (await this.#waited(this.#options.interval)) {
      if (performance.now() >= this.#arrangeDue) this.#shownOf = '';
      this.#draw();
    }
  }

  /** Resolves with whether it is still open after that time, ms. */
  #waited(time: number): Promise<boolean> {
    return sleep(time, true, { signal: this.#closing.signal }).catch(() => false);
  }

  #press(key: Key): void {
    this.#arrange();
    const { state, command } = press(this.#state, key, this.#context());
    this.#state = state;
    if (command !== undefined) this.#obey(command);
    this.#readDetail();
    this.#drawSoon();
  }

  #obey(command: Command): void {
    if (command === 'quit') this.#quit();
    else if (command === 'suspend') this.#terminal.suspend();
    else if (command === 'redraw') this.#terminal.forget();
    else void this.#toggle(command.row);
  }

  /** Pauses the row's destination, or resumes it, by an edit of the table. */
  async #toggle(key: string): Promise<void> {
    const row = this.#rowOf(key);
    if (!row) return;
    const { id, active } = row.destination;
    try {
      await this.#options.access.edit((manager) =>
        manager.getRepository(Destination).update({ id, active }, { active: !active }),
      );
      await this.#options.reader.read();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.#notice = { text: safe(error.message), until: performance.now() + NOTICE };
    }
    this.#drawSoon();
  }

  #readDetail(): void {
    const { detail } = this.#state;
    const row = detail && this.#rowOf(detail.row);
    if (!row || !detail || this.#isReadingDetail) return;
    const isKnown = this.#detail?.row === detail.row && this.#detail.span === detail.span;
    if (isKnown && performance.now() < this.#detailDue) return;
    this.#isReadingDetail = true;
    void this.#fetchDetail(row, detail.span).finally(() => {
      this.#isReadingDetail = false;
      this.#drawSoon();
      // Somebody may have gone on meanwhile.
      const { detail: wanted } = this.#state;
      if (wanted && (wanted.row !== detail.row || wanted.span !== detail.span)) this.#readDetail();
    });
  }

  async #fetchDetail(row: WatchedRow, span: number): Promise<void> {
    const { access, reader } = this.#options;
    const began = performance.now();
    const { width } = this.#terminal.size;
    const hasSources = reader.watched.sources.length > 1;
    try {
      this.#detail = await access.read((dataSource) =>
        readDetail(dataSource, { row, span, width, now: Date.now(), hasSources }),
      );
    } catch (error) {
      // The reader of results says so.
      if (!(error instanceof DatabaseError)) throw error;
    }
    const [, length] = SPANS[span] ?? SPANS[0];
    const ended = performance.now();
    this.#detailDue = ended + Math.max(LONGEST_READ, length * REREAD_SPAN, (ended - began) * REREAD_COST);
  }

  #rowOf(key: string): WatchedRow | undefined {
    return this.#options.reader.watched.rows.find((row) => row.key === key);
  }

  #context(): PressContext {
    const { watched } = this.#options.reader;
    const { height } = this.#terminal.size;
    return {
      rows: this.#shown.map(({ key }) => key),
      page: pageOf(height),
      hasSources: watched.sources.length > 1,
      helpPages: helpPages(height),
      states: new Set(watched.counts.keys()),
    };
  }

  /** Rows keep their places between two frames, unless other ones are asked for. */
  #arrange(): void {
    const { sort, isDescending, filter, state, onlyTroubles } = this.#state.table;
    const { rows } = this.#options.reader.watched;
    const of = JSON.stringify([sort, isDescending, filter, state, onlyTroubles]);
    if (of === this.#shownOf && rows === this.#shownFrom) return;
    const began = performance.now();
    this.#shown = arranged(rows, this.#state.table);
    this.#shownOf = of;
    this.#shownFrom = rows;
    const ended = performance.now();
    this.#arrangeDue = ended + (ended - began) * ARRANGE_COST;
  }

  #drawSoon(): void {
    this.#drawTimer ??= setTimeout(() => this.#draw(), KEYS_IN_A_FRAME);
  }

  #draw(): void {
    clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    // A line that is slower than the frames gets the newest when it can take one.
    if (this.#closing.signal.aborted || this.#terminal.isBusy) return;
    this.#terminal.draw(this.#frame());
  }

  #frame(): Frame {
    this.#arrange();
    this.#state = settled(this.#state, {
      rows: this.#shown.map(({ key }) => key),
      page: pageOf(this.#terminal.size.height),
    });
    const { rows } = this.#options.reader.watched;
    const state = this.#state;
    const surroundings = this.#surroundings();
    if (state.help !== undefined) return helpFrame(surroundings, state.help);
    const { detail } = state;
    if (!detail) return tableFrame({ rows, state, surroundings }, this.#shown);
    const row = this.#rowOf(detail.row);
    return detailFrame({ row, rows, state, detail, data: this.#detail, surroundings });
  }

  #surroundings(): Surroundings {
    const { reader, database, capabilities } = this.#options;
    if (this.#notice && performance.now() > this.#notice.until) this.#notice = undefined;
    return surroundingsOf(reader, {
      ...this.#terminal.size,
      database,
      capabilities,
      notice:
        this.#notice?.text ?? (this.#terminal.hasKeys ? undefined : 'no keys: standard input is no terminal'),
    });
  }
}

export interface ScreenOptions {
  width: number;
  height: number;
  database: string;
  capabilities: Capabilities;
  /** What is to be told besides. */
  notice?: string | undefined;
}

/** What a screen of this size tells besides its rows. */
export function surroundingsOf(
  reader: Reader,
  { database, capabilities, notice, ...size }: ScreenOptions,
): Surroundings {
  const { watched, problem, remark } = reader;
  return {
    ...size,
    ...capabilities,
    now: Date.now(),
    database: safe(database),
    sources: watched.sources.map(({ name }) => safe(name)).filter((name) => name !== ''),
    newest: watched.newest === null ? null : Number(watched.newest / 1_000_000n),
    problem,
    remark: notice ?? remark,
    counts: watched.counts,
  };
}
