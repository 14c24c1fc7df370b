import './shell/shell.css';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AlertBadge } from './alerts/badge.tsx';
import { useLive } from './api/context.ts';
import { Overview } from './overview/overview.tsx';
import { type Route, route } from './router.ts';
import { AwayNotice, ConnectionState } from './shell/connection.tsx';
import { lazily } from './shell/lazy.tsx';
import { Navigation } from './shell/navigation.tsx';
import { ThemeSwitch } from './shell/theme-switch.tsx';

/** What the page can show: each view reads its own route. `title`: for the browser's tab, and where `nav` is, for the navigation. */
const VIEWS: Partial<Record<Route['name'], { title: string; nav?: string; View: ComponentType }>> = {
  overview: { title: 'Overview', nav: '/', View: Overview },
  alerts: {
    title: 'Alerts',
    nav: '/alerts',
    View: lazily(async () => (await import('./alerts/view.tsx')).AlertsView),
  },
};

const NOWHERE = { title: 'No such page', View: Nowhere };

/** The page: what its address asks for. */
export function App() {
  const { name } = route.value;
  const { View } = VIEWS[name] ?? NOWHERE;
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
        <Navigation
          current={name}
          links={Object.entries(VIEWS).flatMap(([each, { title, nav }]) =>
            nav === undefined ? [] : [{ name: each, title, href: nav }],
          )}
        />
        <div class="aside">
          <AlertBadge />
          <ConnectionState />
          <ThemeSwitch />
        </div>
      </header>
      <AwayNotice />
      <main id="main" tabIndex={-1} ref={main}>
        <View />
      </main>
    </>
  );
}

/** Says in the browser's tab what is shown. */
function useTitle(): void {
  const live = useLive();
  const current = route.value;
  const shown = VIEWS[current.name] ?? NOWHERE;
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
  const current = route.value;
  const place = current.name === 'destination' ? `destination ${current.id}` : current.name;
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
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
