import { computed, signal } from '@preact/signals';
import type { SessionBody } from '../../http/schemas/session.ts';

/** Who looks at the page; undefined until it is known. */
export const session = signal<SessionBody | undefined>(undefined);

/** Whether who looks at the page may change anything; pinger refuses it in any case. */
export const canEdit = computed(() => session.value?.role !== 'viewer');

/** Whether who looks at the page may see anything of the monitor. */
export const canRead = computed(() => session.value !== undefined && session.value.role !== null);

/** Nobody is signed in any more. */
export function forgetSession(): void {
  session.value = { required: true, name: null, kind: null, role: null };
}
