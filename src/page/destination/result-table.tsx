import type { Doubt } from '../../entities/doubt.ts';
import type { ResultsPage } from '../../http/schemas/result.ts';
import type { SourceName } from '../api/sources.ts';
import { NONE } from '../figures.ts';
import { formatMs, formatRtime } from '../parts/format.ts';
import { Scrolled } from '../parts/scrolled.tsx';

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
      <table class="results">
        <thead>
          <tr>
            <th scope="col">received</th>
            <th scope="col">outcome</th>
            <th scope="col">RTT, ms</th>
            <th scope="col">from</th>
            <th scope="col">type</th>
            <th scope="col">TTL</th>
            <th scope="col">seq</th>
            <th scope="col">source</th>
            <th scope="col">doubt</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <ResultRow
              key={result.id}
              result={result}
              source={names.get(result.source_id ?? 0) ?? result.source_id}
            />
          ))}
          {results.length === 0 && !isLoading && (
            <tr>
              <td colSpan={9} class="faint">
                There are no such results in this time. Those that are older than the monitor keeps them are
                in the charts only.
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </Scrolled>
  );
}

function ResultRow({ result, source }: { result: Result; source: string | number | null }) {
  const { rtime, outcome, rtt, address, rttl, rseq, doubt, datamatch } = result;
  return (
    <tr>
      <th scope="row">{formatRtime(rtime)}</th>
      <td>
        <span class={`swatch outcome-${outcome}`} aria-hidden="true" /> {outcome.replace('_', ' ')}
        {datamatch === false && ' (data differ)'}
      </td>
      <td>{rtt === null ? NONE : formatMs(rtt)}</td>
      <td>{address ?? NONE}</td>
      <td>{typeOf(result)}</td>
      <td>{rttl ?? NONE}</td>
      <td>{rseq ?? NONE}</td>
      <td>{source ?? NONE}</td>
      <td>
        {doubt !== null && (
          <>
            <strong>{doubt.replace('_', ' ')}</strong> <span class="faint">{DOUBTS[doubt]}</span>
          </>
        )}
      </td>
    </tr>
  );
}

function typeOf({ rtype, icmptype, rcode }: Result): string {
  if (rtype === null) return NONE;
  const name = PROTOCOLS[rtype] ?? String(rtype);
  return icmptype === null ? name : `${name} ${icmptype}/${rcode ?? 0}`;
}
