import { join } from 'node:path';
import { grid, heatmap, type Panel, type PanelRow, stat, table, timeSeries } from './grafana-panels.ts';

/** The file that Grafana imports. */
export const DASHBOARD = join(import.meta.dirname, '../packaging/grafana/pinger.json');

/** The monitors that are chosen, and the destinations: what is known of them by name alone is in an info metric. */
const MONITOR = 'job=~"$job",instance=~"$instance"';
const INFO = `pinger_destination_info{${MONITOR},protocol=~"$protocol",name=~"$name",destination=~"$destination"}`;

/** Only of the destinations that are chosen. */
const chosen = (series: string) => `(${series} and on (job, instance, destination_id) ${INFO})`;
const rate = (metric: string, more = '') => chosen(`rate(${metric}{${MONITOR}${more}}[$__rate_interval])`);
const quantile = (q: number, by: string) =>
  `histogram_quantile(${q}, sum by (${by}le) ${rate('pinger_rtt_seconds_bucket')})`;

const KNOWN = `(${rate('pinger_probes_sent_total')} - ${rate('pinger_probes_undetermined_total')})`;
const loss = (by: string) => `sum ${by}(${rate('pinger_probes_lost_total')}) / (sum ${by}(${KNOWN}) > 0)`;
const BY_DESTINATION = 'by (instance, destination_id, destination) ';
const NAMED = '{{destination}} from {{instance}}';

const overview: PanelRow = {
  title: 'All destinations',
  panels: [
    stat('Destinations', `sum by (state) (pinger_destinations{${MONITOR}}) > 0`, {
      legend: '{{state}}',
      width: 8,
    }),
    stat('Loss', loss(''), { unit: 'percentunit', width: 4 }),
    stat('Median RTT', quantile(0.5, ''), { unit: 's', width: 4 }),
    stat('Availability', `avg ${chosen(`avg_over_time(pinger_destination_up{${MONITOR}}[$__range])`)}`, {
      unit: 'percentunit',
      width: 4,
    }),
    stat('Probes a second', `sum ${rate('pinger_probes_sent_total')}`, { unit: 'pps', width: 4 }),
    table('Now', [
      { title: 'Up', expr: chosen(`pinger_destination_up{${MONITOR}}`), mapped: true },
      { title: 'Loss', expr: loss(BY_DESTINATION), unit: 'percentunit' },
      { title: 'Last RTT', expr: chosen(`pinger_last_rtt_seconds{${MONITOR}}`), unit: 's' },
      { title: 'p50', expr: quantile(0.5, 'instance, destination_id, destination, '), unit: 's' },
      { title: 'p95', expr: quantile(0.95, 'instance, destination_id, destination, '), unit: 's' },
      { title: 'Interval', expr: chosen(`pinger_destination_interval_seconds{${MONITOR}}`), unit: 's' },
      { title: 'Name', expr: INFO, label: 'name' },
    ]),
  ],
};

const roundTrips: PanelRow = {
  title: 'Round trips and loss',
  panels: [
    heatmap('Round-trip times of all that are chosen', `sum by (le) ${rate('pinger_rtt_seconds_bucket')}`),
    timeSeries('Loss', [{ expr: loss(BY_DESTINATION), legend: NAMED }], { unit: 'percentunit', max: 1 }),
    timeSeries(
      'Percentiles of the round-trip times of all that are chosen',
      [0.5, 0.9, 0.95, 0.99].map((q) => ({ expr: quantile(q, ''), legend: `p${q * 100}` })),
      { unit: 's', logarithmic: true },
    ),
    timeSeries(
      'Median round-trip time',
      [{ expr: quantile(0.5, 'instance, destination_id, destination, '), legend: NAMED }],
      { unit: 's', logarithmic: true },
    ),
    timeSeries(
      'Mean round-trip time',
      [
        {
          expr: `${rate('pinger_rtt_seconds_sum')} / (${rate('pinger_rtt_seconds_count')} > 0)`,
          legend: NAMED,
        },
      ],
      { unit: 's', logarithmic: true },
    ),
    timeSeries(
      'Outcomes',
      [{ expr: `sum by (outcome) ${rate('pinger_results_total')} > 0`, legend: '{{outcome}}' }],
      { unit: 'cps', stacked: true },
    ),
    timeSeries(
      'Availability',
      [
        {
          expr: chosen(`avg_over_time(pinger_destination_up{${MONITOR}}[$__rate_interval])`),
          legend: NAMED,
        },
      ],
      { unit: 'percentunit', max: 1 },
    ),
    timeSeries(
      'Neither received nor lost; corrupt',
      [
        { expr: `sum ${rate('pinger_probes_undetermined_total')}`, legend: 'undetermined' },
        { expr: `sum ${rate('pinger_replies_corrupt_total')}`, legend: 'corrupt' },
      ],
      { unit: 'cps' },
    ),
  ],
};

const monitor = (metric: string, more = '') => `${metric}{${MONITOR}${more}}`;
const monitorRate = (metric: string) => `rate(${monitor(metric)}[$__rate_interval])`;
const each = (what: string) => `${what} {{instance}}`;

const health: PanelRow = {
  title: 'The monitor itself',
  panels: [
    timeSeries(
      'Packets',
      ['sent', 'received', 'dropped', 'ignored'].map((what) => ({
        expr: monitorRate(`pinger_packets_${what}_total`),
        legend: each(what),
      })),
      { unit: 'pps' },
    ),
    timeSeries(
      'How late probes are sent, since the start',
      [{ expr: monitor('pinger_probe_lateness_seconds'), legend: each('{{quantile}}') }],
      { unit: 's', logarithmic: true },
    ),
    timeSeries(
      'How late the process wakes up',
      [
        {
          expr: `${monitorRate('pinger_loop_delay_seconds_sum')} / (${monitorRate('pinger_loop_delay_seconds_count')} > 0)`,
          legend: each('mean'),
        },
        {
          expr: monitor('pinger_loop_delay_seconds', ',quantile="0.99"'),
          legend: each('p99 since the start'),
        },
      ],
      { unit: 's', logarithmic: true },
    ),
    timeSeries(
      'Results that wait to be stored',
      [
        { expr: monitor('pinger_recorder_waiting'), legend: each('all') },
        { expr: monitor('pinger_spill_results'), legend: each('in the spill') },
      ],
      { unit: 'short' },
    ),
    timeSeries(
      'Results',
      [
        { expr: monitorRate('pinger_recorder_results_total'), legend: each('made') },
        { expr: monitorRate('pinger_recorder_stored_total'), legend: each('stored') },
        { expr: monitorRate('pinger_recorder_lost_total'), legend: each('lost') },
      ],
      { unit: 'cps' },
    ),
    timeSeries(
      'Trouble of its own',
      [
        { expr: `${monitorRate('pinger_doubtful_results_total')} > 0`, legend: each('doubtful: {{doubt}}') },
        { expr: monitorRate('pinger_probes_missed_total'), legend: each('missed') },
        { expr: `${monitorRate('pinger_gap_seconds_total')} > 0`, legend: each('gap: {{reason}}') },
        { expr: `${monitor('pinger_database_up')} == 0`, legend: each('no database') },
      ],
      { unit: 'short' },
    ),
    timeSeries('CPU', [{ expr: monitorRate('process_cpu_seconds_total'), legend: '{{instance}}' }], {
      unit: 'percentunit',
    }),
    timeSeries(
      'Memory',
      [
        { expr: monitor('process_resident_memory_bytes'), legend: each('resident') },
        { expr: monitor('nodejs_heap_size_used_bytes'), legend: each('heap') },
        { expr: monitor('pinger_spill_size_bytes'), legend: each('spill, on the disk') },
      ],
      { unit: 'bytes' },
    ),
    timeSeries(
      'Garbage collection',
      [
        {
          expr: `sum by (instance, kind) (${monitorRate('nodejs_gc_duration_seconds_sum')})`,
          legend: each('{{kind}}'),
        },
      ],
      { unit: 'percentunit' },
    ),
    stat('Versions', `count by (version) (${monitor('pinger_build_info')})`, {
      legend: '{{version}}',
      width: 12,
    }),
  ],
};

const variable = (name: string, label: string, metric: string) => ({
  ...{ type: 'query', name, label, datasource: DATASOURCE },
  definition: `label_values(${metric},${name})`,
  query: {
    qryType: 1,
    query: `label_values(${metric},${name})`,
    refId: 'PrometheusVariableQueryEditor-VariableQuery',
  },
  ...{ refresh: 2, sort: 1, multi: true, includeAll: true, allValue: '.*', hide: 0, regex: '', options: [] },
  current: { selected: true, text: ['All'], value: ['$__all'] },
});

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** Everything in it, from nothing but this file. */
export const dashboardText = (): string =>
  `${JSON.stringify(
    {
      ...{ title: 'pinger', uid: 'pinger', tags: ['pinger', 'network'], timezone: 'browser', editable: true },
      description: 'Destinations that pinger probes, and pinger itself.',
      ...{
        schemaVersion: 41,
        version: 1,
        refresh: '30s',
        graphTooltip: 1,
        fiscalYearStartMonth: 0,
        id: null,
      },
      time: { from: 'now-3h', to: 'now' },
      ...{ timepicker: {}, annotations: { list: [] }, links: [] },
      templating: {
        list: [
          {
            ...{ type: 'datasource', name: 'datasource', label: 'Data source', query: 'prometheus' },
            ...{ refresh: 1, hide: 0, multi: false, includeAll: false, regex: '', options: [], current: {} },
          },
          variable('job', 'Job', 'pinger_build_info'),
          variable('instance', 'Monitor', 'pinger_build_info{job=~"$job"}'),
          variable('protocol', 'Protocol', `pinger_destination_info{${MONITOR}}`),
          variable('name', 'Name', `pinger_destination_info{${MONITOR},protocol=~"$protocol"}`),
          variable(
            'destination',
            'Destination',
            `pinger_destination_info{${MONITOR},protocol=~"$protocol",name=~"$name"}`,
          ),
        ],
      },
      panels: grid([overview, roundTrips, health]).map((panel) => withDatasource(panel)),
    },
    undefined,
    2,
  )}\n`;

function withDatasource(panel: Panel): Panel {
  return {
    ...panel,
    datasource: DATASOURCE,
    targets: panel.targets?.map((target) => ({ ...target, datasource: DATASOURCE })),
  };
}
