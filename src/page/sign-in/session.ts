import type { SessionBody, SignInBody } from '../../http/schemas/session.ts';
import { request } from '../api/client.ts';
import { session } from '../api/session.ts';
import { go } from '../router.ts';

/** How often a page that is left open has its session go on, ms. */
const EVERY = 3_600_000;

/** How long after it could not be asked it is asked again, ms. */
const RETRY = 2000;

/** Asks who looks at the page, and now and then again, as long as it is open. */
export async function watchSession(): Promise<void> {
  let wait = EVERY;
  try {
    session.value = await request<SessionBody>('/session');
  } catch {
    if (session.value === undefined) wait = RETRY;
  }
  setTimeout(() => void watchSession(), wait);
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
