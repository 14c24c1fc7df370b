import { useLive } from '../api/context.ts';
import { formatClock } from '../moments.ts';

const SHOWN = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  away: 'Not there',
} as const;

/** Whether what is shown is what is. */
export function ConnectionState() {
  const live = useLive();
  const connection = live.connection.value;
  return (
    <span class={`connection ${connection}`} role="status">
      <span class="lamp" aria-hidden="true" />
      {SHOWN[connection]}
    </span>
  );
}

/** Says so where nothing has come from pinger for a while. */
export function AwayNotice() {
  const live = useLive();
  if (live.connection.value !== 'away') return null;
  const { value: heard } = live.heard;
  return (
    <p class="away-notice" role="alert">
      <strong>pinger is not there.</strong>{' '}
      {heard === null
        ? 'It has not been heard since this page was opened.'
        : `What is shown is as of ${formatClock(heard, { seconds: true })}, when it was last heard.`}{' '}
      This page goes on by itself once it is back.
    </p>
  );
}
