import { cell, counted, instantCell, lossCell, shareCell, timeCell } from '../cli/format.ts';
import type { Outcome } from '../entities/outcome.ts';
import { protocolName } from '../entities/protocol.ts';
import type { ResultRow } from '../results/query.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { type Chart, putChart } from './chart.ts';
import { clockText, timeText } from './figures.ts';
import { Frame } from './frame.ts';
import { ALARM, NOTE, STATE_LOOKS, signOf, signsOf, TITLE, WARNING } from './look.ts';
import type { WatchedRow } from './row.ts';
import { type Hint, putHints, putQuestion, putRight, type Surroundings } from './screen.ts';
import { BOLD, INVERSE, PLAIN, type Span, type Style } from './style.ts';
import { clipped, fitted, safe, widthOf } from './text.ts';
import { type DetailState, SPANS, type ViewState } from './view-state.ts';

/** What is read of a destination for its detail. */
export interface DetailData {
  /** Whose it is. */
  row: string;
  /** Which of SPANS. */
  span: number;
  chart: Chart;
  statistics: Statistics;
  /** The newest first. */
  results: readonly ResultRow[];
}

export interface DetailView {
  row: WatchedRow | undefined;
  state: ViewState;
  detail: DetailState;
  /** undefined: it has not been read yet. */
  data: DetailData | undefined;
  surroundings: Surroundings;
}

/** From so many lines on there is room for all that there is to be said. */
const ROOMY = 18;

/** The chart takes this part of what is left below the figures, and so many lines at most; where so few are left, all of them. */
const CHART_SHARE = 0.6;
const LEAST_CHART = 10;
const MOST_CHART = 22;

/** The screen of one destination. */
export function detailFrame({ row, state, detail, data, surroundings }: DetailView): Frame {
  const { width, height } = surroundings;
  const frame = new Frame(width, height, surroundings);
  if (!row) {
    frame.put(0, 0, 'This destination is not there any more. Esc goes back.', NOTE);
    return frame;
  }
  let y = 0;
  const { problem } = surroundings;
  if (problem !== undefined)
    frame.put(0, y++, clipped(problem, width, signsOf(surroundings).ellipsis), ALARM);
  putTitle(frame, y++, row, detail, surroundings);
  const bottom = height - 1;
  y += putFlow(frame, y, settingsOf(row), height < ROOMY ? 1 : 2);
  if (row.live.problem !== null || row.live.reason !== null)
    frame.put(0, y++, clipped(safe(row.live.problem ?? `not sent: ${row.live.reason}`), width), WARNING);
  const current = data?.row === detail.row && data.span === detail.span ? data : undefined;
  if (current) {
    y += putFlow(frame, y, figuresOf(current.statistics), height < ROOMY ? 2 : 4);
    const left = bottom - y;
    // Few lines are all the chart's.
    const chart = left <= LEAST_CHART ? left : Math.min(MOST_CHART, Math.floor(left * CHART_SHARE));
    putChart(frame, { ...surroundings, x: 0, y, height: chart }, current.chart, detail);
    putResults(frame, { y: y + chart, bottom }, current.results, surroundings.now);
  } else frame.put(0, y, 'Reading…'.slice(0, width), NOTE);
  if (state.confirming !== undefined) putQuestion(frame, state.confirming);
  else putHints(frame, hints(surroundings, row));
  return frame;
}

function putTitle(
  frame: Frame,
  y: number,
  row: WatchedRow,
  { span }: DetailState,
  surroundings: Surroundings,
): void {
  const { now, sources, width } = surroundings;
  const { style } = STATE_LOOKS[row.state];
  const signs = signsOf(surroundings);
  const right: Span[] = [
    { text: `last ${SPANS[span]?.[0]}`, style: BOLD },
    ...(width < 60 ? [] : [{ text: `  ${clockText(now)}`, style: NOTE }]),
  ];
  const room = width - right.reduce((sum, { text }) => sum + widthOf(text), 0) - 2;
  const spans: Span[] = [
    { text: `${signOf(row.state, surroundings)} ${row.state} `, style },
    { text: row.title, style: TITLE },
    ...(row.name === null ? [] : [{ text: `  ${row.label}` }]),
    ...(sources.length > 1 ? [{ text: `${signs.separator}${row.source}`, style: NOTE }] : []),
  ];
  putRight(frame, y, right, frame.putSpans(0, y, spans, room));
}

/** A figure and what it is called. */
type Figure = readonly [name: string, value: string, style?: Style];

/** Figures one after the other, in as many lines as they need, or there are. Returns how many that were. */
function putFlow(frame: Frame, y: number, figures: readonly Figure[], most: number): number {
  let x = 0;
  let line = 0;
  for (const [name, value, style = PLAIN] of figures) {
    const width = (name === '' ? 0 : name.length + 1) + widthOf(value);
    if (x > 0 && x + width > frame.width) {
      x = 0;
      line++;
    }
    if (line === most) break;
    const spans = [
      { text: name === '' ? '' : `${name} `, style: NOTE },
      { text: value, style },
    ];
    x = frame.putSpans(x, y + line, spans) + 2;
  }
  return Math.min(most, line + 1);
}

function settingsOf({ destination, live, id }: WatchedRow): Figure[] {
  const { protocol, interval, timeout, ttl, data } = destination;
  return [
    ['', cell(protocolName(protocol) ?? `protocol ${protocol}`)],
    ['every', timeCell(interval)],
    ['timeout', timeCell(timeout)],
    ['ttl', cell(ttl)],
    ['data', counted(Buffer.byteLength(String(data ?? '')), 'byte')],
    ['id', String(id)],
    ...(live.address === null ? [] : [['answers from', safe(live.address)] as const]),
  ];
}

/** What matters most comes first: small screens leave out the rest. */
function figuresOf(statistics: Statistics): Figure[] {
  const {
    sent,
    lost,
    loss,
    longest_loss_period,
    availability,
    undetermined,
    late,
    duplicate,
    corrupt,
    unsent,
  } = statistics;
  const { min, avg, p50, p95, p99, max, stddev, ipdv_mean, mos_estimate } = statistics;
  const some = (name: string, count: number): Figure[] => (count > 0 ? [[name, String(count), WARNING]] : []);
  return [
    ['sent', String(sent)],
    ['lost', lost > 0 ? `${lost} (${lossCell(loss)})` : '0', lost > 0 ? ALARM : PLAIN],
    ['avg', timeText(avg)],
    ['p95', timeText(p95)],
    ['min', timeText(min)],
    ['p50', timeText(p50)],
    ['p99', timeText(p99)],
    ['max', timeText(max)],
    ['stddev', timeText(stddev)],
    ['jitter', timeText(ipdv_mean)],
    ['available', shareCell(availability)],
    ...(longest_loss_period > 0 ? [['longest loss', counted(longest_loss_period, 'probe')] as const] : []),
    ...(mos_estimate === null ? [] : [['MOS', mos_estimate.toFixed(2)] as const]),
    ...some('undetermined', undetermined),
    ...some('late', late),
    ...some('duplicate', duplicate),
    ...some('corrupt', corrupt),
    ...some('unsent', unsent),
  ];
}

/** The newest results, as many as fit. */
function putResults(
  frame: Frame,
  { y, bottom }: { y: number; bottom: number },
  results: readonly ResultRow[],
  now: number,
): void {
  const lines = results.slice(0, Math.max(0, bottom - y - 1));
  if (bottom - y < 2) return;
  const times = lines.map(({ rtime }) => instantCell(rtime, new Date(now)));
  const columns = { outcome: 2 + Math.max(14, ...times.map((time) => time.length)), rtt: 0, from: 0 };
  columns.rtt = columns.outcome + OUTCOME_WIDTH + 1;
  columns.from = columns.rtt + RTT_WIDTH + 2;
  frame.put(0, y, fitted('newest results', frame.width));
  frame.put(columns.outcome, y, 'outcome');
  frame.put(columns.rtt, y, fitted('rtt ms', RTT_WIDTH, { right: true }));
  frame.put(columns.from, y, 'from');
  frame.mark(y, INVERSE);
  lines.forEach(({ outcome, rtt, address, doubt }, index) => {
    const line = y + 1 + index;
    const from = [safe(address ?? ''), ...(doubt === null ? [] : [`in doubt: ${doubt}`])];
    frame.put(0, line, times[index] as string);
    frame.put(columns.outcome, line, outcome, styleOf(outcome));
    frame.put(columns.rtt, line, fitted(timeText(rtt), RTT_WIDTH, { right: true }));
    frame.put(columns.from, line, from.filter((part) => part !== '').join('  '), NOTE);
  });
}

const OUTCOME_WIDTH = 12;
const RTT_WIDTH = 9;

function styleOf(outcome: Outcome): Style {
  if (outcome === 'reply') return PLAIN;
  return outcome === 'late' || outcome === 'duplicate' || outcome === 'refused' ? WARNING : ALARM;
}

const hints = (surroundings: Surroundings, { destination }: WatchedRow): Hint[] => {
  const { sideways, arrows } = signsOf(surroundings);
  return [
    ['Esc', 'back'],
    ['?', 'help'],
    [sideways, 'span'],
    [`1-${SPANS.length}`, 'spans'],
    [arrows, 'others'],
    ['y', 'from 0'],
    ['p', destination.active ? 'pause' : 'resume'],
  ];
};
