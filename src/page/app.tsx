import { Overview } from './overview/overview.tsx';
import { route } from './router.ts';
import { Account } from './sign-in/account.tsx';
import { SignIn } from './sign-in/sign-in.tsx';

/** The page: what its address asks for. */
export function App() {
  const { name } = route.value;
  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          pinger
        </a>
        <Account />
      </header>
      <main id="main">
        {name === 'overview' ? <Overview /> : name === 'sign-in' ? <SignIn /> : <p>There is no such page.</p>}
      </main>
    </>
  );
}
