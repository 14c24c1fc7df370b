/** A query of a panel. */
interface Target {
  refId: string;
  expr: string;
  [more: string]: unknown;
}

/** A panel as Grafana's JSON model has it. */
export interface Panel {
  type: string;
  title: string;
  targets?: Target[] | undefined;
  gridPos: { w: number; h: number; x: number; y: number };
  [more: string]: unknown;
}

/** Panels under a heading, which can be folded. */
export interface PanelRow {
  title: string;
  panels: Panel[];
}

interface Query {
  expr: string;
  legend: string;
}

/** How wide a dashboard is. */
const WIDTH = 24;

const at = (w: number, h: number) => ({ w, h, x: 0, y: 0 });
const refId = (n: number): string => String.fromCharCode('A'.charCodeAt(0) + n);
const targetsOf = (queries: readonly Query[]): Target[] =>
  queries.map(({ expr, legend }, n) => ({ refId: refId(n), expr, legendFormat: legend, range: true }));

/** One value, or a few, as they are now. */
export const stat = (
  title: string,
  expr: string,
  { unit = 'short', legend = '', width }: { unit?: string; legend?: string; width: number },
): Panel => ({
  ...{ type: 'stat', title, gridPos: at(width, 4) },
  targets: [{ refId: 'A', expr, legendFormat: legend, instant: true, range: false }],
  fieldConfig: { defaults: { unit, color: { mode: 'fixed', fixedColor: 'text' } }, overrides: [] },
  options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'none' },
});

/** Lines over time. */
export const timeSeries = (
  title: string,
  queries: readonly Query[],
  {
    unit,
    max,
    logarithmic = false,
    stacked = false,
  }: { unit: string; max?: number; logarithmic?: boolean; stacked?: boolean },
): Panel => ({
  ...{ type: 'timeseries', title, gridPos: at(12, 8) },
  targets: targetsOf(queries),
  fieldConfig: {
    defaults: {
      unit,
      ...(logarithmic ? {} : { min: 0 }),
      ...(max === undefined ? {} : { max }),
      custom: {
        ...{ drawStyle: 'line', lineWidth: 1, fillOpacity: stacked ? 40 : 0, showPoints: 'never' },
        // What is not known is not drawn.
        spanNulls: false,
        stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        scaleDistribution: logarithmic ? { type: 'log', log: 10 } : { type: 'linear' },
      },
    },
    overrides: [],
  },
  options: {
    legend: { showLegend: true, displayMode: 'list', placement: 'bottom' },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
});

/** Where the values of a histogram lie, over time. */
export const heatmap = (title: string, expr: string): Panel => ({
  ...{ type: 'heatmap', title, gridPos: at(12, 8) },
  targets: [{ refId: 'A', expr, legendFormat: '{{le}}', format: 'heatmap', range: true }],
  fieldConfig: { defaults: {}, overrides: [] },
  options: {
    calculate: false,
    ...{ yAxis: { unit: 's' }, cellGap: 1, rowsFrame: { layout: 'auto' } },
    color: { mode: 'scheme', scheme: 'Oranges', exponent: 0.5, steps: 64 },
    tooltip: { mode: 'single', yHistogram: true },
  },
});

interface Column {
  title: string;
  expr: string;
  unit?: string;
  /** Shown in place of the value, which is 1. */
  label?: string;
  /** 1 is up, 0 is down. */
  mapped?: true;
}

const KEYS = ['instance', 'destination_id'];

/** A row for each destination of each monitor; columns are joined by both. */
export const table = (title: string, columns: readonly Column[]): Panel => ({
  ...{ type: 'table', title, gridPos: at(24, 10) },
  targets: columns.map(({ expr, label }, n) => ({
    refId: refId(n),
    expr: `sum by (${[...KEYS, 'destination', ...(label ? [label] : [])].join(', ')}) (${expr})`,
    ...{ format: 'table', instant: true, range: false },
  })),
  transformations: [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: {
          Time: true,
          ...Object.fromEntries(
            columns.flatMap(({ label }, n) => (label ? [[`Value #${refId(n)}`, true]] : [])),
          ),
        },
        renameByName: Object.fromEntries([
          ['destination', 'Destination'],
          ['destination_id', 'Id'],
          ['instance', 'Monitor'],
          ...columns.map(({ title, label }, n) => [label ?? `Value #${refId(n)}`, title]),
        ]),
      },
    },
  ],
  fieldConfig: {
    defaults: {},
    overrides: columns.flatMap(({ title, unit, mapped }) => [
      ...(unit ? [override(title, { id: 'unit', value: unit })] : []),
      ...(mapped ? [override(title, { id: 'mappings', value: [UP] })] : []),
    ]),
  },
  options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: 'Loss', desc: true }] },
});

const UP = {
  type: 'value',
  options: {
    0: { text: 'down', color: 'red', index: 0 },
    1: { text: 'up', color: 'green', index: 1 },
  },
};

const override = (name: string, property: { id: string; value: unknown }) => ({
  matcher: { id: 'byName', options: name },
  properties: [property],
});

/** Each row's panels from left to right, the next ones below. */
export function grid(rows: readonly PanelRow[]): Panel[] {
  const panels: Panel[] = [];
  let y = 0;
  for (const { title, panels: within } of rows) {
    panels.push({
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { w: WIDTH, h: 1, x: 0, y: y++ },
    });
    let x = 0;
    let height = 0;
    for (const panel of within) {
      const { w, h } = panel.gridPos;
      if (x + w > WIDTH) {
        y += height;
        x = 0;
        height = 0;
      }
      panels.push({ ...panel, gridPos: { w, h, x, y } });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return panels.map((panel, n) => ({ id: n + 1, ...panel }));
}
