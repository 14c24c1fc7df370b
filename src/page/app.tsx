import { Overview } from './overview/overview.tsx';
import { route } from './router.ts';

/** The page: what its address asks for. */
export function App() {
  const { name } = route.value;
  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          pinger
        </a>
      </header>
      <main id="main">{name === 'overview' ? <Overview /> : <p>There is no such page.</p>}</main>
    </>
  );
}
