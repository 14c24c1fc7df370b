import { useEffect } from 'preact/hooks';
import { alertCounts, followCounts } from './state.ts';

/** How many alerts are firing, for the header: nothing where there are none. */
export function AlertBadge() {
  useEffect(followCounts, []);
  const firing = alertCounts.value?.firing ?? 0;
  if (firing === 0) return null;
  return (
    <a class="alert-badge" href="/alerts">
      {firing} <span class="spoken">{firing === 1 ? 'alert is firing' : 'alerts are firing'}</span>
      <span aria-hidden="true">firing</span>
    </a>
  );
}
