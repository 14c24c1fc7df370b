import './shell/shell.css';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AlertBadge } from './alerts/badge.tsx';
import { useLive } from './api/context.ts';
import { canRead } from './api/session.ts';
import { Overview } from './overview/overview.tsx';
import { type Route, route } from './router.ts';
import { AwayNotice, ConnectionState } from './shell/connection.tsx';
import { lazily } from './shell/lazy.tsx';
import { Navigation } from './shell/navigation.tsx';
import { ThemeSwitch } from './shell/theme-switch.tsx';
import { Account } from './sign-in/account.tsx';
import { SignIn } from './sign-in/sign-in.tsx';

interface Shown<Name extends Route['name']> {
  /** For the browser's tab, and for the navigation. */
  title: string;
  /** Where the navigation leads; without it, it does not. */
  nav?: string;
  /** Gets the route. */
  View: ComponentType<Extract<Route, { name: Name }>>;
}

/** What the page can show; all but the first view by `lazily`. */
const VIEWS: { readonly [Name in Route['name']]?: Shown<Name> } = {
  overview: { title: 'Overview', nav: '/', View: Overview },
  alerts: {
    title: 'Alerts',
    nav: '/alerts',
    View: lazily(async () => (await import('./alerts/view.tsx')).AlertsView),
  },
  'sign-in': { title: 'Sign in', View: SignIn },
};

const NOWHERE = { title: 'No such page', View: Nowhere };

const shownOf = (name: Route['name']): { title: string; View: ComponentType<Route> } =>
  (VIEWS[name] as { title: string; View: ComponentType<Route> } | undefined) ?? NOWHERE;

/** What is another thing to look at, not only another way to look at it. */
const placeOf = (current: Route): string =>
  current.name === 'destination' ? `destination ${current.id}` : current.name;

/** The page: what its address asks for. */
export function App() {
  const { name } = route.value;
  const { View } = shownOf(name);
  const main = useRef<HTMLElement>(null);
  useTitle();
  useFocusOnChange(main);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="20" height="20" />
          pinger
        </a>
        {canRead.value && (
          <Navigation
            current={name}
            links={Object.entries(VIEWS).flatMap(([each, { title, nav }]) =>
              nav === undefined ? [] : [{ name: each, title, href: nav }],
            )}
          />
        )}
        <div class="aside">
          {canRead.value && <AlertBadge />}
          {canRead.value && <ConnectionState />}
          <ThemeSwitch />
          <Account />
        </div>
      </header>
      {canRead.value && <AwayNotice />}
      <main id="main" tabIndex={-1} ref={main}>
        <View key={placeOf(route.value)} {...route.value} />
      </main>
    </>
  );
}

/** Says in the browser's tab what is shown. */
function useTitle(): void {
  const live = useLive();
  const current = route.value;
  const shown = shownOf(current.name);
  // The name of a destination may come later, or change.
  const known =
    current.name === 'destination' && live.rows.value >= 0 ? live.get(current.id)?.name : undefined;
  const title = `${known ?? shown.title} · pinger`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Who reads by ear or keyboard begins at the new view's start, as after loading a page. */
function useFocusOnChange(main: { current: HTMLElement | null }): void {
  const place = placeOf(route.value);
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    scrollTo(0, 0);
    // A view may have a better place to begin.
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [place, main]);
}

function Nowhere() {
  return (
    <div class="notice">
      <h1>There is no such page</h1>
      <p>
        <a href="/">All destinations</a> are on the overview.
      </p>
    </div>
  );
}
