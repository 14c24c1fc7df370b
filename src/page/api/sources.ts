import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { request } from './client.ts';

/** A host that probes, as far as the page names it. */
export interface SourceName {
  id: number;
  name: string;
}

const known = signal<readonly SourceName[]>([]);

/** All sources; none until they have been asked for. */
export function useSources(): readonly SourceName[] {
  useEffect(() => {
    request<{ sources: { id: number; name: string | null; sourceid: number }[] }>('/sources').then(
      ({ sources }) => {
        known.value = sources.map(({ id, name, sourceid }) => ({ id, name: name ?? `source ${sourceid}` }));
      },
      // Ids are shown instead.
      () => undefined,
    );
  }, []);
  return known.value;
}
