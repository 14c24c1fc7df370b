import './alerts.css';
import { useEffect, useMemo } from 'preact/hooks';
import { SaidBar } from '../edit/said-bar.tsx';
import { plural } from '../figures.ts';
import { AlertTable } from './alert-table.tsx';
import { ChannelSection } from './channels.tsx';
import { AlertDialogs } from './dialogs.tsx';
import { MaintenanceSection } from './maintenances.tsx';
import { ParentSection } from './parents.tsx';
import { RuleSection } from './rules.tsx';
import { AlertsStore } from './state.ts';

/** What is wrong, what was, what is watched and who is told, and when nobody is. */
export function AlertsView() {
  const store = useMemo(() => new AlertsStore(), []);
  useEffect(() => store.follow(), [store]);
  const state = store.state.value;
  if (!state)
    return (
      <div class="alerts" aria-busy="true">
        <h1>Alerts</h1>
      </div>
    );
  const { open, over, next, rules, channels, maintenances, parents } = state;
  const firing = open.filter(({ state }) => state === 'firing');
  const suppressed = open.filter(({ state }) => state === 'suppressed');
  return (
    <div class="alerts">
      <h1>Alerts</h1>
      <section aria-labelledby="firing">
        <h2 id="firing">
          {firing.length === 0 ? 'Nothing is firing' : plural(firing.length, 'alert firing', 'alerts firing')}
        </h2>
        {firing.length > 0 && <AlertTable alerts={firing} caption="Alerts that go on" store={store} />}
      </section>
      {suppressed.length > 0 && (
        <details>
          <summary>{plural(suppressed.length, 'alert is', 'alerts are')} suppressed</summary>
          <AlertTable alerts={suppressed} caption="Alerts that go on, and nobody is told of" />
        </details>
      )}
      <RuleSection store={store} rules={rules} channels={channels} />
      <ChannelSection store={store} channels={channels} />
      <MaintenanceSection store={store} maintenances={maintenances} />
      <ParentSection store={store} parents={parents} />
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        {over.length === 0 ? (
          <p class="faint">Nothing has been over so far.</p>
        ) : (
          <AlertTable alerts={over} caption="Alerts that are over" />
        )}
        {next !== null && (
          <button type="button" onClick={() => void store.readOlder()}>
            Older alerts
          </button>
        )}
      </section>
      <AlertDialogs store={store} />
      <SaidBar notices={store.notices} />
    </div>
  );
}
