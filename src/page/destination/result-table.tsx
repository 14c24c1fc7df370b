import type { Doubt } from '../../entities/doubt.ts';
import type { ResultsPage } from '../../http/schemas/result.ts';
import type { SourceName } from '../api/sources.ts';
import { NONE, rttText } from '../figures.ts';
import { formatRtime } from '../moments.ts';
import { Scrolled } from '../parts/scrolled.tsx';
import { Table, type TableColumn } from '../parts/table.tsx';

type Result = ResultsPage['results'][number];

/** What a doubt means, in short; docs/statistics.md has it at length. */
const DOUBTS: Readonly<Record<Doubt, string>> = {
  dropped: 'this host dropped packets meanwhile: the answer may have been among them',
  delayed: 'read late: the round-trip time may be too long',
  suspended: 'this host slept meanwhile',
  cut_off: 'this host could send nothing meanwhile',
  abandoned: 'the monitor gave it up before its timeout had passed',
};

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6' };

export function ResultTable({
  results,
  sources,
  isLoading,
}: {
  results: readonly Result[];
  sources: readonly SourceName[];
  isLoading: boolean;
}) {
  const names = new Map(sources.map(({ id, name }) => [id, name]));
  return (
    <Scrolled isTall label="Results, newest first" isBusy={isLoading}>
      <Table
        class="results"
        columns={columnsOf((id) => (id === null ? NONE : (names.get(id) ?? id)))}
        rows={results}
        keyOf={({ id }) => id}
      >
        {isLoading
          ? undefined
          : 'There are no such results in this time. Those that are older than the monitor keeps them are in the charts only.'}
      </Table>
    </Scrolled>
  );
}

const columnsOf = (sourceName: (id: number | null) => string | number): TableColumn<Result>[] => [
  { title: 'received', isName: true, show: ({ rtime }) => formatRtime(rtime) },
  {
    title: 'outcome',
    show: ({ outcome, datamatch }) => (
      <>
        <span class={`swatch outcome-${outcome}`} aria-hidden="true" /> {outcome.replace('_', ' ')}
        {datamatch === false && ' (data differ)'}
      </>
    ),
  },
  { title: 'RTT, ms', show: ({ rtt }) => rttText(rtt) },
  { title: 'from', show: ({ address }) => address ?? NONE },
  { title: 'type', show: typeOf },
  { title: 'TTL', show: ({ rttl }) => rttl ?? NONE },
  { title: 'seq', show: ({ rseq }) => rseq ?? NONE },
  { title: 'source', show: ({ source_id }) => sourceName(source_id) },
  {
    title: 'doubt',
    show: ({ doubt }) =>
      doubt !== null && (
        <>
          <strong>{doubt.replace('_', ' ')}</strong> <span class="faint">{DOUBTS[doubt]}</span>
        </>
      ),
  },
];

function typeOf({ rtype, icmptype, rcode }: Result): string {
  if (rtype === null) return NONE;
  const name = PROTOCOLS[rtype] ?? String(rtype);
  return icmptype === null ? name : `${name} ${icmptype}/${rcode ?? 0}`;
}
