import './sign-in.css';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api/client.ts';
import { route } from '../router.ts';
import { session, signOut, watchSession } from './session.ts';

/** Who is signed in, and the way out; nothing where nobody has to sign in. */
export function Account() {
  const [problem, setProblem] = useState<string>();
  useEffect(watchSession, []);
  const who = session.value;
  if (!who?.required || who.name === null || route.value.name === 'sign-in') return null;

  const leave = () =>
    signOut().catch((error) => setProblem(error instanceof ApiError ? error.message : String(error)));

  return (
    <div class="account">
      <span class="account-name" title={who.role === 'viewer' ? 'may read' : 'may read and change'}>
        {who.name}
        <span class="visually-hidden">, {who.role}</span>
      </span>
      <button type="button" onClick={leave}>
        Sign out
      </button>
      {problem !== undefined && <span role="alert">{problem}</span>}
    </div>
  );
}
