import { useMemo } from 'preact/hooks';
import { useLive } from '../api/context.ts';
import type { DestinationNow } from '../api/now.ts';
import { canEdit } from '../api/session.ts';
import { useSources } from '../api/sources.ts';
import { EditDialogs } from '../edit/dialogs.tsx';
import { Editor } from '../edit/editor.ts';
import { shareText, withMs } from '../figures.ts';
import { formatMoment, timeText } from '../moments.ts';
import { STATE_MEANINGS, STATE_WORDS, StateSign } from '../overview/states.tsx';
import { go } from '../router.ts';
import { Icon } from '../shell/icons.tsx';

/** What a destination is, how it fares now, and what can be done with it. */
export function Head({ now }: { now: DestinationNow }) {
  const { name, label, state, problem } = useNews(now);
  return (
    <header class="destination-head">
      <div class="destination-name">
        <h1>{name}</h1>
        {name !== label && <p class="faint">{label}</p>}
      </div>
      <Actions now={now} />
      <div class="now-line">
        <p class="state-line">
          <span class={`state ${state}`}>
            <StateSign state={state} /> {STATE_WORDS[state]}
          </span>
          <span class="faint">{STATE_MEANINGS[state]}</span>
        </p>
        <Now now={now} />
      </div>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <Settings now={now} />
    </header>
  );
}

/** A component that reads no signal of its own is not drawn again for news of another's. */
function useNews(now: DestinationNow): DestinationNow {
  now.version.value;
  return now;
}

function Actions({ now }: { now: DestinationNow }) {
  const { id, row } = useNews(now);
  const live = useLive();
  const editor = useMemo(() => new Editor(live), [live]);
  const isActive = row?.active !== false;
  return (
    <div class="destination-actions">
      <a class="button" href={`/compare?with=${id}`}>
        Compare
      </a>
      {canEdit.value && row && (
        <>
          <button type="button" onClick={() => editor.open({ kind: 'edit', ids: [id] })}>
            <Icon name="pencil" /> Edit
          </button>
          <button type="button" onClick={() => void editor.setActive([id], !isActive)}>
            <Icon name={isActive ? 'pause' : 'play'} /> {isActive ? 'Pause' : 'Resume'}
          </button>
          <button type="button" class="danger" onClick={() => editor.open({ kind: 'delete', ids: [id] })}>
            <Icon name="trash" /> Delete
          </button>
        </>
      )}
      <EditDialogs editor={editor} onDeleted={() => go('/')} />
    </div>
  );
}

/** The last result. */
function Now({ now }: { now: DestinationNow }) {
  const { live } = useNews(now);
  const figures = [
    ['Last result', live?.outcome ? live.outcome.replace('_', ' ') : '–'],
    ['at', live?.at ? formatMoment(live.at) : '–'],
    ['RTT', withMs(live?.rtt ?? null)],
    ['from', live?.address ?? '–'],
    ['Loss of the last 60', shareText(live?.loss ?? null)],
  ] as const;
  return (
    <dl class="facts now">
      {figures.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd data-now={term}>{value}</dd>
        </div>
      ))}
      {live?.reason && (
        <div>
          <dt>Why it was not sent</dt>
          <dd>{live.reason}</dd>
        </div>
      )}
    </dl>
  );
}

/** Narrower than this, a page shows settings when they are asked for, px. */
const NARROW = 640;

function Settings({ now }: { now: DestinationNow }) {
  const { row } = useNews(now);
  const sources = useSources();
  if (!row) return null;
  const { id, address, protocol, port, interval, timeout, ttl, size, source_id } = row;
  const source = sources.find((each) => each.id === source_id)?.name ?? `source ${source_id}`;
  const facts: [string, string][] = [
    ['Destination', String(id)],
    ['Address', address],
    ['Protocol', `${protocol ?? 'unknown'}${port === null ? '' : `, port ${port}`}`],
    ['Interval', timeText(interval)],
    ['Timeout', timeText(timeout)],
    ['TTL', String(ttl)],
    ['Data', `${size} bytes`],
    ['Probed by', source_id === null ? 'every source' : source],
  ];
  return (
    <details class="settings" open={innerWidth > NARROW}>
      <summary>Settings</summary>
      <dl class="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
