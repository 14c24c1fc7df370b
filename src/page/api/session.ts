import { signal } from '@preact/signals';
import { request } from './client.ts';

/** Whether who looks at the page may change anything; pinger refuses it in any case. */
export const canEdit = signal(true);

/** Asks who is signed in. Where nobody has to be, everybody may edit. */
export async function readSession(): Promise<void> {
  const session = await request<{ role?: string } | undefined>('/session').catch(() => undefined);
  canEdit.value = session?.role !== 'viewer';
}
