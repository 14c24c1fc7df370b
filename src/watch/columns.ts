import { lossCell } from '../cli/format.ts';
import { BY_SEVERITY } from '../live/severity.ts';
import { ageText, timeText } from './figures.ts';
import type { Capabilities } from './look.ts';
import { ALARM, NOTE, STATE_LOOKS, signOf, signsOf, WARNING } from './look.ts';
import type { WatchedRow } from './row.ts';
import { sparkline } from './sparkline.ts';
import { PLAIN, type Span, type Style } from './style.ts';
import { fitted } from './text.ts';

/** Columns that can be sorted by, from left to right, and the key that does so. */
export const SORT_KEYS = {
  state: 'S',
  destination: 'D',
  source: 'O',
  loss: 'L',
  rtt: 'R',
  avg: 'A',
  p95: 'P',
  jitter: 'J',
  seen: 'T',
} as const;

export type SortColumn = keyof typeof SORT_KEYS;

export const SORT_COLUMNS = Object.keys(SORT_KEYS) as SortColumn[];

/** What cells are made for. */
export interface CellContext extends Capabilities {
  /** ms since the Unix epoch. */
  now: number;
}

export interface Column {
  heading: string;
  /** Under a heading that is shorter than it. */
  sort?: SortColumn;
  right?: boolean;
  /** Columns of the screen, at least and at most. */
  least: number;
  most: number;
  cell: (row: WatchedRow, width: number, context: CellContext) => Span[];
}

/** Loss from this share on is as bad as none at all. */
const SEVERE = 0.2;

/** How a share of loss looks. */
export function lossStyle(loss: number | null): Style {
  if (loss === null) return NOTE;
  if (loss >= SEVERE) return ALARM;
  return loss > 0 ? WARNING : PLAIN;
}

const text =
  (of: (row: WatchedRow) => string) =>
  (row: WatchedRow, width: number, { hasUnicode }: CellContext) => [
    { text: fitted(of(row), width, { ellipsis: hasUnicode ? '…' : '~' }) },
  ];

const time = (of: (row: WatchedRow) => number | null) => (row: WatchedRow, width: number) => {
  const value = of(row);
  return [{ text: fitted(timeText(value), width, { right: true }), style: value === null ? NOTE : PLAIN }];
};

const ms = (heading: string, sort: SortColumn, of: (row: WatchedRow) => number | null): Column => ({
  heading,
  sort,
  right: true,
  least: 7,
  most: 7,
  cell: time(of),
});

/** When a destination answered last, ms since the Unix epoch; null if nobody knows of it. */
export const answeredAt = ({ live }: WatchedRow): number | null =>
  live.answered === null ? null : Number(live.answered / 1_000_000n);

const COLUMNS = {
  sign: {
    heading: '',
    least: 1,
    most: 1,
    cell: ({ state }, _, context) => [{ text: signOf(state, context), style: STATE_LOOKS[state].style }],
  },
  state: {
    heading: 'state',
    sort: 'state',
    least: 7,
    most: 7,
    cell: ({ state }, width) => [{ text: fitted(state, width), style: STATE_LOOKS[state].style }],
  },
  destination: {
    heading: 'destination',
    sort: 'destination',
    least: 12,
    most: 60,
    cell: text(({ title }) => title),
  },
  address: {
    heading: 'address',
    least: 12,
    most: 40,
    cell: text(({ name, label }) => (name === null ? '' : label)),
  },
  source: { heading: 'source', sort: 'source', least: 8, most: 24, cell: text(({ source }) => source) },
  loss: {
    heading: 'loss',
    sort: 'loss',
    right: true,
    least: 6,
    most: 6,
    cell: ({ live: { loss } }, width) => [
      {
        text: fitted(lossCell(loss), width, { right: true }),
        style: lossStyle(loss),
      },
    ],
  },
  rtt: ms('rtt ms', 'rtt', ({ live }) => live.rtt),
  avg: ms('avg', 'avg', ({ figures }) => figures.avg),
  p95: ms('p95', 'p95', ({ figures }) => figures.p95),
  jitter: ms('jitter', 'jitter', ({ figures }) => figures.jitter),
  probes: {
    heading: 'probes',
    right: true,
    least: 8,
    most: 60,
    cell: ({ live }, width, context) => sparkline(live.recent(width), width, signsOf(context)),
  },
  seen: {
    heading: 'seen',
    sort: 'seen',
    right: true,
    least: 4,
    most: 4,
    cell: (row, width, { now }) => {
      const at = answeredAt(row);
      return [{ text: fitted(at === null ? '-' : ageText(now - at), width, { right: true }), style: NOTE }];
    },
  },
} satisfies Record<string, Column>;

type ColumnName = keyof typeof COLUMNS;

/** From left to right. */
const ORDER: readonly ColumnName[] = [
  'sign',
  'state',
  'destination',
  'address',
  'source',
  'loss',
  'rtt',
  'avg',
  'p95',
  'jitter',
  'probes',
  'seen',
];

/** Where there is no room for all, the last of these go first. */
const BY_IMPORTANCE: readonly ColumnName[] = [
  'sign',
  'destination',
  'rtt',
  'loss',
  'source',
  'probes',
  'state',
  'avg',
  'seen',
  'p95',
  'jitter',
  'address',
];

/** Between two columns. */
const SPACE = 1;

export interface PlacedColumn extends Column {
  width: number;
}

export interface Wanted {
  width: number;
  hasSources: boolean;
  /** Whether any destination has a name besides its address. */
  hasNames: boolean;
  /** The longest title, and label of one that has a name, in columns. */
  longestTitle: number;
  longestLabel: number;
}

/** Which columns fit, and how wide each is. */
export function placedColumns({
  width,
  hasSources,
  hasNames,
  longestTitle,
  longestLabel,
}: Wanted): PlacedColumn[] {
  const chosen = new Set<ColumnName>();
  let left = width + SPACE;
  for (const name of BY_IMPORTANCE) {
    if ((name === 'source' && !hasSources) || (name === 'address' && !hasNames)) continue;
    const needed = COLUMNS[name].least + SPACE;
    if (needed > left && chosen.size > 1) break;
    chosen.add(name);
    left -= needed;
  }
  const placed = ORDER.filter((name) => chosen.has(name)).map(
    (name): PlacedColumn & { name: ColumnName } => ({ ...COLUMNS[name], name, width: COLUMNS[name].least }),
  );
  const most: Partial<Record<ColumnName, number>> = {
    destination: Math.max(COLUMNS.destination.least, Math.min(COLUMNS.destination.most, longestTitle)),
    address: Math.max(COLUMNS.address.least, Math.min(COLUMNS.address.most, longestLabel)),
  };
  // Names first, then the probes, of which there is always more to see.
  for (const name of ['destination', 'address', 'source', 'probes'] as const) {
    const column = placed.find((each) => each.name === name);
    if (!column || left <= 0) continue;
    const more = Math.min(left, Math.max(0, (most[name] ?? column.most) - column.width));
    column.width += more;
    left -= more;
  }
  return placed;
}

const SEVERITY = new Map(BY_SEVERITY.map((state, index) => [state, index]));

/** By which value each column sorts; null comes last. */
export const SORT_VALUES: Readonly<Record<SortColumn, (row: WatchedRow) => number | string | null>> = {
  state: ({ state }) => SEVERITY.get(state) as number,
  // By name is how rows come.
  destination: () => 0,
  source: ({ source }) => source,
  loss: ({ live }) => live.loss,
  rtt: ({ live }) => live.rtt,
  avg: ({ figures }) => figures.avg,
  p95: ({ figures }) => figures.p95,
  jitter: ({ figures }) => figures.jitter,
  seen: answeredAt,
};

/** Those that are read from the largest down. */
export const DESCENDING: ReadonlySet<SortColumn> = new Set(['loss', 'rtt', 'avg', 'p95', 'jitter']);
