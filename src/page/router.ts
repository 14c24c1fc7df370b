import { signal } from '@preact/signals';

/** What an address of the page asks for; what is chosen on it is in its query, so that it can be shared. */
export type Route =
  | { name: 'overview'; query: URLSearchParams }
  | { name: 'destination'; id: number; query: URLSearchParams }
  | { name: 'compare'; query: URLSearchParams }
  | { name: 'alerts'; query: URLSearchParams }
  | { name: 'sign-in'; query: URLSearchParams }
  | { name: 'unknown'; query: URLSearchParams };

const SIGN_IN = '/sign-in';

const NAMES = { '/': 'overview', '/compare': 'compare', '/alerts': 'alerts', [SIGN_IN]: 'sign-in' } as const;

const parse = ({ pathname, search }: Location): Route => {
  const query = new URLSearchParams(search);
  const [, id] = /^\/destinations\/(\d+)$/.exec(pathname) ?? [];
  if (id !== undefined) return { name: 'destination', id: Number(id), query };
  return { name: NAMES[pathname as keyof typeof NAMES] ?? 'unknown', query };
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
  // The skip link's, and others to a part of what is shown.
  if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  go(link.href);
});
