import './sign-in.css';
import { useState } from 'preact/hooks';
import { ApiError } from '../api/client.ts';
import { session } from '../api/session.ts';
import { route } from '../router.ts';
import { signOut } from './session.ts';

/** Who is signed in, and the way out; nothing where nobody has to sign in. */
export function Account() {
  const [problem, setProblem] = useState<string>();
  const who = session.value;
  if (!who?.required || who.name === null || route.value.name === 'sign-in') return null;

  const leave = () =>
    signOut().catch((error) => setProblem(error instanceof ApiError ? error.message : String(error)));

  return (
    <div class="account">
      <span class="account-name" title={`${who.name}, ${who.role}`}>
        {who.name} <span class="account-role">{who.role}</span>
      </span>
      <button type="button" onClick={leave}>
        Sign out
      </button>
      {problem !== undefined && <span role="alert">{problem}</span>}
    </div>
  );
}
