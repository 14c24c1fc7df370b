import './styles.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { LiveContext } from './api/context.ts';
import { LiveStore } from './api/live.ts';
import { canRead, session } from './api/session.ts';
import { App } from './app.tsx';
import { signInFirst } from './router.ts';
import { watchSession } from './sign-in/session.ts';

const live = new LiveStore();
effect(() => {
  if (canRead.value) live.open();
  else live.close();
});
effect(() => {
  if (session.value && !canRead.value) signInFirst();
});
void watchSession();

const root = document.getElementById('page');
if (root)
  render(
    <LiveContext.Provider value={live}>
      <App />
    </LiveContext.Provider>,
    root,
  );
