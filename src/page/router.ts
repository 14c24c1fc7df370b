import { signal } from '@preact/signals';

/** What an address of the page asks for; what is chosen on it is in its query, so that it can be shared. */
export type Route =
  | { name: 'overview'; query: URLSearchParams }
  | { name: 'destination'; id: number; query: URLSearchParams }
  | { name: 'alerts'; query: URLSearchParams }
  | { name: 'sign-in'; query: URLSearchParams }
  | { name: 'unknown'; query: URLSearchParams };

const SIGN_IN = '/sign-in';

const parse = ({ pathname, search }: Location): Route => {
  const query = new URLSearchParams(search);
  const [, id] = /^\/destinations\/(\d+)$/.exec(pathname) ?? [];
  if (pathname === '/') return { name: 'overview', query };
  if (id !== undefined) return { name: 'destination', id: Number(id), query };
  if (pathname === '/alerts') return { name: 'alerts', query };
  if (pathname === SIGN_IN) return { name: 'sign-in', query };
  return { name: 'unknown', query };
};

/** What is shown. */
export const route = signal(parse(location));

/** Shows what an address asks for; `replace`: in place of what is shown, for the back button. */
export function go(address: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  route.value = parse(location);
}

/** Shows where to sign in, and comes back afterwards. */
export function signInFirst(): void {
  if (location.pathname === SIGN_IN) return;
  const back = new URLSearchParams({ back: location.pathname + location.search });
  go(`${SIGN_IN}?${back}`, { replace: true });
}

addEventListener('popstate', () => {
  route.value = parse(location);
});

// Links within the page do not load it anew.
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
    return;
  const link = (event.target as Element).closest('a');
  if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download')) return;
  if (link.pathname.startsWith('/api/')) return;
  event.preventDefault();
  go(link.href);
});
