import './styles.css';
import { render } from 'preact';
import { LiveContext } from './api/context.ts';
import { LiveStore } from './api/live.ts';
import { readSession } from './api/session.ts';
import { App } from './app.tsx';

const live = new LiveStore();
live.open();
void readSession();

const root = document.getElementById('page');
if (root)
  render(
    <LiveContext.Provider value={live}>
      <App />
    </LiveContext.Provider>,
    root,
  );
