import type { State } from '../api/now.ts';

export const STATE_WORDS: Record<State, string> = {
  down: 'Down',
  unsent: 'Unsent',
  invalid: 'Invalid',
  lossy: 'Lossy',
  waiting: 'Waiting',
  up: 'Up',
  paused: 'Paused',
  elsewhere: 'Elsewhere',
};

/** What each means, in one line. */
export const STATE_MEANINGS: Record<State, string> = {
  down: 'the last three probes were lost',
  unsent: 'the last probe never left this host',
  invalid: 'its row cannot be probed',
  lossy: 'some of the last 60 probes were lost',
  waiting: 'no probe has come to its end yet',
  up: 'none of the last 60 probes was lost',
  paused: 'it is not probed',
  elsewhere: 'only another source probes it',
};

/** Each of a shape of its own, within 16 by 16. */
const SHAPES: Record<State, preact.JSX.Element> = {
  down: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="2" fill="currentColor" />
      <path d="M5 5l6 6M11 5l-6 6" stroke="var(--ground)" stroke-width="2" stroke-linecap="round" />
    </>
  ),
  unsent: (
    <>
      <path d="M8 2.5V11M4.5 6L8 2.5L11.5 6" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M3 14h10" stroke="currentColor" stroke-width="2" />
    </>
  ),
  invalid: (
    <>
      <path d="M8 1.5l6.5 6.5l-6.5 6.5L1.5 8z" fill="none" stroke="currentColor" stroke-width="1.8" />
      <path d="M8 5v3.6M8 10.6v.6" stroke="currentColor" stroke-width="1.8" />
    </>
  ),
  lossy: (
    <>
      <path
        d="M8 2L15 14H1z"
        fill="currentColor"
        stroke="currentColor"
        stroke-width="1"
        stroke-linejoin="round"
      />
      <path d="M8 6.2v3.6M8 11.4v1" stroke="var(--ground)" stroke-width="1.7" />
    </>
  ),
  waiting: (
    <circle
      cx="8"
      cy="8"
      r="5.7"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-dasharray="2.5 2"
    />
  ),
  up: <circle cx="8" cy="8" r="5.5" fill="currentColor" />,
  paused: <path d="M5 3v10M11 3v10" stroke="currentColor" stroke-width="2.6" />,
  elsewhere: <path d="M3 13L13 3M6.5 3H13v6.5" fill="none" stroke="currentColor" stroke-width="1.8" />,
};

/** A state's sign; its word is said beside it. */
export const StateSign = ({ state }: { state: State }) => (
  <svg class={`sign ${state}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
    {SHAPES[state]}
  </svg>
);
