import { signal } from '@preact/signals';
import type { SessionBody, SignInBody } from '../../http/schemas/session.ts';
import { request } from '../api/client.ts';
import { go } from '../router.ts';

/** How often a page that is left open has its session go on, ms. */
const EVERY = 3_600_000;

/** Who looks at the page; undefined until it is known. */
export const session = signal<SessionBody | undefined>(undefined);

/** Asks who looks at the page. Throws ApiError. */
export async function askWho(): Promise<void> {
  session.value = await request<SessionBody>('/session');
}

/** Asks who looks at the page now and then, as long as it is open. Returns what ends it. */
export function watchSession(): () => void {
  const ask = () => void askWho().catch(() => undefined);
  ask();
  const timer = setInterval(ask, EVERY);
  return () => clearInterval(timer);
}

/** Signs in and goes back to where one was. Throws ApiError. */
export async function signIn(given: SignInBody): Promise<void> {
  session.value = await request<SessionBody>('/session', { method: 'POST', body: given });
  go(wayBack(), { replace: true });
}

/** Throws ApiError. */
export async function signOut(): Promise<void> {
  await request('/session', { method: 'DELETE' });
  // What has been read is not for whoever comes next.
  location.assign('/sign-in');
}

/** Where one was: an address of this page, whatever somebody has put there. */
function wayBack(): string {
  const back = new URLSearchParams(location.search).get('back') ?? '/';
  const address = URL.canParse(back, location.origin) ? new URL(back, location.origin) : undefined;
  return address?.origin === location.origin ? address.pathname + address.search : '/';
}
