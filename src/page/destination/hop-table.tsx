import type { z } from 'zod';
import type { hopSchema, TraceBody } from '../../http/schemas/trace.ts';
import { rttText, shareText } from '../figures.ts';
import { lossLevel } from '../parts/loss.ts';
import { Scrolled } from '../parts/scrolled.tsx';
import { Table, type TableColumn } from '../parts/table.tsx';

type Hop = z.infer<typeof hopSchema>;

const TIMES = ['last', 'avg', 'best', 'worst', 'stdev'] as const;

/** What the flags of a fault say; they are mtr's and traceroute's. */
const FAULTS: Readonly<Record<string, string>> = {
  '!N': 'network unreachable',
  '!H': 'host unreachable',
  '!P': 'protocol unreachable',
  '!F': 'fragmentation needed',
  '!S': 'source route failed',
  '!X': 'administratively prohibited',
};

/** The hops of a path as they have answered so far. */
export function HopTable({ trace }: { trace: TraceBody }) {
  const longest = trace.hops.reduce((most, { worst }) => Math.max(most, worst ?? 0), 0);
  return (
    <Scrolled label={`Hops to ${trace.target}`}>
      <Table class="hops" columns={columnsOf(longest)} rows={trace.hops} keyOf={({ hop }) => hop} />
    </Scrolled>
  );
}

/** `longest`: the longest round-trip time of all, ms. */
const columnsOf = (longest: number): TableColumn<Hop>[] => [
  { title: 'hop', isName: true, show: ({ hop }) => hop },
  { title: 'host', class: 'host', show: ({ addresses }) => <Hosts addresses={addresses} /> },
  { title: 'loss', show: ({ loss }) => <LossBar loss={loss} /> },
  { title: 'sent', show: ({ sent }) => sent },
  ...TIMES.map((name) => ({ title: `${name}, ms`, show: (hop: Hop) => rttText(hop[name]) })),
  {
    title: `best to worst, 0 to ${rttText(longest)} ms`,
    class: 'range',
    show: (hop) => <RttRangePlot hop={hop} longest={longest} />,
  },
  { title: 'notes', class: 'notes', show: notesOf },
];

function Hosts({ addresses }: Pick<Hop, 'addresses'>) {
  if (addresses.length === 0) return <span class="faint">nobody answered</span>;
  return (
    <>
      {addresses.map(({ address, name }) => (
        <div key={address}>
          {name ?? address}
          {name !== null && <span class="faint"> {address}</span>}
        </div>
      ))}
    </>
  );
}

function LossBar({ loss }: { loss: number | null }) {
  return (
    <span class="loss-bar">
      <span class="bar" aria-hidden="true">
        <span class={`loss-${lossLevel(loss ?? 0)}`} style={{ width: `${(loss ?? 0) * 100}%` }} />
      </span>
      {shareText(loss)}
    </span>
  );
}

/** Best to worst as a line, the mean as a dot, one standard deviation to both sides of it thicker. */
function RttRangePlot({ hop: { best, worst, avg, stdev }, longest }: { hop: Hop; longest: number }) {
  if (best === null || worst === null || avg === null || longest === 0) return null;
  const x = (value: number) => `${(Math.min(longest, Math.max(0, value)) / longest) * 100}%`;
  return (
    <svg class="rtt-range" role="img" aria-label={`${rttText(best)} to ${rttText(worst)} ms`}>
      <line x1={x(best)} x2={x(worst)} y1="50%" y2="50%" />
      <line
        class="deviation"
        x1={x(Math.max(best, avg - (stdev ?? 0)))}
        x2={x(Math.min(worst, avg + (stdev ?? 0)))}
        y1="50%"
        y2="50%"
      />
      <circle cx={x(avg)} cy="50%" r="3.5" />
    </svg>
  );
}

function notesOf({ fault, outcomes, late }: Hop): string {
  return [
    fault === null ? '' : `${fault} ${FAULTS[fault] ?? ''}`.trim(),
    (outcomes.refused ?? 0) > 0 ? 'port closed' : '',
    late > 0 ? `${late} late` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
