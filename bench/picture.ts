import { figure, type Panel } from './report.ts';

/** All in pixels. */
const WIDTH = 960;
const MARGIN = 24;
const GAP = 32;
const COLUMN = (WIDTH - 2 * MARGIN - GAP) / 2;
const HEAD = 52;
const ROW = 26;
const FOOT = 30;
const LABELS = 132;
const VALUES = 76;
const LINE_HEIGHT = 150;

/** Both colour schemes; a viewer that knows of none shows the light one. */
const STYLE = `
  svg { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; }
  .ground { fill: #ffffff; } .text { fill: #1f2328; } .quiet { fill: #59636e; font-size: 11px; }
  .title { fill: #1f2328; font-size: 14px; font-weight: 600; }
  .ours { fill: #0969da; } .theirs { fill: #afb8c1; } .track { fill: #f0f2f5; }
  .curve { fill: none; stroke: #0969da; stroke-width: 1.5; }
  .limit { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 4 3; } .limit-text { fill: #bc4c00; font-size: 11px; }
  .axis { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; } .text, .title { fill: #f0f6fc; } .quiet { fill: #9198a1; }
    .ours { fill: #4493f8; } .theirs { fill: #656c76; } .track { fill: #1b222b; }
    .curve { stroke: #4493f8; } .limit { stroke: #f0883e; } .limit-text { fill: #f0883e; } .axis { stroke: #3d444d; }
  }`;

interface Box {
  x: number;
  y: number;
  width: number;
}

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c);

const text = (x: number, y: number, kind: string, content: string, anchor = 'start'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" class="${kind}" text-anchor="${anchor}">${escaped(content)}</text>`;

const rectangle = (x: number, y: number, width: number, height: number, kind: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height}" rx="3" class="${kind}"/>`;

const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" class="${kind}"/>`;

/** A share of the axis, 0 to 1. */
type Scale = (value: number) => number;

function scaleOf(values: readonly number[], logarithmic: boolean): Scale {
  const most = Math.max(...values);
  if (!logarithmic) return (value) => value / most;
  // Whole decades, so that a length can be compared with another picture's.
  const low = Math.floor(Math.log10(Math.min(...values)) - 0.001);
  const high = Math.ceil(Math.log10(most));
  return (value) => (Math.log10(value) - low) / Math.max(1, high - low);
}

type BarPanel = Extract<Panel, { bars: unknown }>;
type LinePanel = Extract<Panel, { line: unknown }>;

function bars(panel: BarPanel, { x, y, width }: Box): string[] {
  const { bars, limit, unit, logarithmic = false } = panel;
  const left = x + LABELS;
  const room = width - LABELS - VALUES;
  const scale = scaleOf(
    [...bars.map(({ value }) => value), ...(limit === undefined ? [] : [limit])],
    logarithmic,
  );
  const parts = bars.flatMap(({ label, value, ours }, n) => {
    const top = y + n * ROW;
    const end = Math.max(2, room * scale(value));
    return [
      text(left - 8, top + 15, 'text', label, 'end'),
      rectangle(left, top + 2, room, 18, 'track'),
      rectangle(left, top + 2, end, 18, ours ? 'ours' : 'theirs'),
      text(left + room + 8, top + 15, 'text', `${figure(value)} ${unit}`),
    ];
  });
  if (limit === undefined) return parts;
  const at = left + room * scale(limit);
  const bottom = y + bars.length * ROW;
  return [
    ...parts,
    line(at, y - 2, at, bottom, 'limit'),
    text(at, bottom + 12, 'limit-text', `goal ${figure(limit)} ${unit}`, 'middle'),
  ];
}

function curve(panel: LinePanel, { x, y, width }: Box): string[] {
  const { line: points, limit = 0, unit, xUnit } = panel;
  const left = x + 44;
  const room = width - 44 - VALUES;
  const bottom = y + LINE_HEIGHT;
  const top = Math.max(limit, ...points.map((point) => point.y)) * 1.1;
  const end = Math.max(1, ...points.map((point) => point.x));
  const at = (point: { x: number; y: number }) =>
    `${(left + (room * point.x) / end).toFixed(1)},${(bottom - (LINE_HEIGHT * point.y) / top).toFixed(1)}`;
  const last = points.at(-1);
  const goal = bottom - (LINE_HEIGHT * limit) / top;
  return [
    line(left, bottom, left + room, bottom, 'axis'),
    text(left - 6, bottom + 4, 'quiet', '0', 'end'),
    text(left, bottom + 16, 'quiet', '0'),
    text(left + room, bottom + 16, 'quiet', `${figure(end)} ${xUnit}`, 'end'),
    line(left, goal, left + room, goal, 'limit'),
    text(left + room + 8, goal + 4, 'limit-text', `goal ${figure(limit)}`),
    `<polyline class="curve" points="${points.map(at).join(' ')}"/>`,
    ...(last
      ? [
          text(
            left + room + 8,
            bottom - (LINE_HEIGHT * last.y) / top + 4,
            'text',
            `${figure(last.y)} ${unit}`,
          ),
        ]
      : []),
  ];
}

const heightOf = (panel: Panel): number =>
  HEAD + FOOT + ('bars' in panel ? panel.bars.length * ROW : LINE_HEIGHT);

function draw(panel: Panel, box: Box): string[] {
  const inner = { ...box, y: box.y + HEAD };
  return [
    text(box.x, box.y + 16, 'title', panel.title),
    text(box.x, box.y + 34, 'quiet', panel.subtitle),
    ...('bars' in panel ? bars(panel, inner) : curve(panel, inner)),
  ];
}

/** docs/benchmarks.svg: two panels a row, lines over time last; one that is left over has a row to itself. */
export function picture(panels: readonly Panel[]): string {
  const ordered = [
    ...panels.filter((panel) => 'bars' in panel),
    ...panels.filter((panel) => 'line' in panel),
  ];
  const parts: string[] = [];
  let y = MARGIN;
  for (let n = 0; n < ordered.length; n += 2) {
    const row = ordered.slice(n, n + 2);
    const width = row.length === 1 ? WIDTH - 2 * MARGIN : COLUMN;
    for (const [index, panel] of row.entries())
      parts.push(...draw(panel, { x: MARGIN + index * (COLUMN + GAP), y, width }));
    y += Math.max(...row.map(heightOf));
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img">`,
    '<title>pinger beside fping, smokeping_prober and oping</title>',
    `<style>${STYLE}\n</style>`,
    `<rect width="${WIDTH}" height="${y}" class="ground"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
