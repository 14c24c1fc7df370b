import './sign-in.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client.ts';
import { signIn } from './session.ts';

/** Asks for name and password. */
export function SignIn() {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const name = useRef<HTMLInputElement>(null);

  useEffect(() => {
    name.current?.focus();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn({ name: name.current?.value ?? '', password: password.current?.value ?? '' });
    } catch (error) {
      setProblem(error instanceof ApiError ? sentence(error.message) : String(error));
      setBusy(false);
      password.current?.select();
    }
  };

  return (
    <form class="sign-in" onSubmit={submit} aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">Sign in</h1>
      <label>
        Name
        <input
          ref={name}
          name="name"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
        />
      </label>
      <label>
        Password
        <input
          ref={password}
          name="password"
          type="password"
          autocomplete="current-password"
          aria-describedby="sign-in-problem"
          aria-invalid={problem !== undefined}
          required
        />
      </label>
      <p id="sign-in-problem" class="sign-in-problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="primary" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
