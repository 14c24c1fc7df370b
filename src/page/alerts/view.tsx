import './alerts.css';
import { useEffect, useMemo } from 'preact/hooks';
import type { AlertRow, ChannelBody, RuleBody } from '../../http/schemas/alert.ts';
import { canEdit } from '../api/session.ts';
import { NONE, plural, timeText } from '../figures.ts';
import { MaintenanceSection } from './maintenances.tsx';
import { AlertsStore } from './state.ts';
import { lastedText, momentText } from './texts.ts';

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
  const { open, over, next, rules, channels, maintenances } = state;
  const firing = open.filter(({ state }) => state === 'firing');
  const suppressed = open.filter(({ state }) => state === 'suppressed');
  return (
    <div class="alerts">
      <h1>Alerts</h1>
      <p class="alerts-problem" role="alert">
        {store.problem.value}
      </p>
      <p class="spoken" role="status">
        {store.done.value}
      </p>
      <section aria-labelledby="firing">
        <h2 id="firing">
          {firing.length === 0 ? 'Nothing is firing' : plural(firing.length, 'alert firing', 'alerts firing')}
        </h2>
        {firing.length > 0 && <AlertTable alerts={firing} caption="Alerts that go on" />}
      </section>
      {suppressed.length > 0 && (
        <details>
          <summary>{plural(suppressed.length, 'alert is', 'alerts are')} suppressed</summary>
          <AlertTable alerts={suppressed} caption="Alerts that go on, and nobody is told of" />
        </details>
      )}
      <MaintenanceSection store={store} maintenances={maintenances} />
      <section aria-labelledby="rules">
        <h2 id="rules">Rules</h2>
        <RuleTable rules={rules} channels={channels} store={store} />
      </section>
      <section aria-labelledby="channels">
        <h2 id="channels">Channels</h2>
        <ChannelTable channels={channels} store={store} />
      </section>
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        {over.length === 0 ? (
          <p>Nothing has been over so far.</p>
        ) : (
          <AlertTable alerts={over} caption="Alerts that are over" />
        )}
        {next !== null && (
          <button type="button" onClick={() => void store.readOlder()}>
            Older alerts
          </button>
        )}
      </section>
    </div>
  );
}

function AlertTable({ alerts, caption }: { alerts: AlertRow[]; caption: string }) {
  return (
    <div class="table">
      <table>
        <caption class="spoken">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">Destination</th>
            <th scope="col">What</th>
            <th scope="col">Since</th>
            <th scope="col">Lasted</th>
            <th scope="col">Source</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <tr key={alert.id}>
              <td data-label="Severity">
                <span class={`severity ${alert.severity}`}>{alert.severity}</span>
              </td>
              <th scope="row">
                {alert.destination_id === null ? (
                  'The source itself'
                ) : (
                  <a href={`/destinations/${alert.destination_id}`}>{alert.destination}</a>
                )}
              </th>
              <td data-label="What">
                {alert.detail}
                <span class="aside">
                  {[alert.rule, alert.suppressed && `suppressed by ${alert.suppressed}`, alert.ended]
                    .filter(Boolean)
                    .join(', ')}
                </span>
              </td>
              <td data-label="Since">{momentText(alert.started)}</td>
              <td data-label="Lasted">{lastedText((alert.resolved ?? Date.now()) - alert.started)}</td>
              <td data-label="Source">{alert.source ?? NONE}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function conditionOf({ metric, state, comparison, threshold, span }: RuleBody): string {
  if (metric === 'source') return 'the source can send nothing, or nobody answers it';
  if (metric === 'silence') return 'another source gives no sign of life';
  if (metric === 'state') return state === 'change' ? 'the state changes' : `the state is ${state ?? 'down'}`;
  const bound = metric === 'loss' ? `${Number(((threshold ?? 0) * 100).toPrecision(4))}%` : `${threshold} ms`;
  return `${metric} ${comparison} ${bound} over ${timeText(span)}`;
}

function RuleTable({
  rules,
  channels,
  store,
}: {
  rules: RuleBody[];
  channels: ChannelBody[];
  store: AlertsStore;
}) {
  if (rules.length === 0)
    return (
      <p>
        Nothing is watched. <code>pinger alerts apply FILE</code> adds rules.
      </p>
    );
  const nameOf = (id: number) => channels.find((channel) => channel.id === id)?.name ?? `#${id}`;
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Bad when</th>
            <th scope="col">For</th>
            <th scope="col">Destinations</th>
            <th scope="col">Tells</th>
            <th scope="col">Watched</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <th scope="row">{rule.name}</th>
              <td data-label="Bad when">
                {conditionOf(rule)}
                {rule.problem !== null && <span class="aside wrong">{rule.problem}</span>}
              </td>
              <td data-label="For">{rule.hold === 0 ? 'at once' : timeText(rule.hold)}</td>
              <td data-label="Destinations">{rule.destinations === '*' ? 'all' : rule.destinations}</td>
              <td data-label="Tells">
                {rule.channels.length === 0 ? 'all channels' : rule.channels.map(nameOf).join(', ')}
              </td>
              <td data-label="Watched">
                <Switch
                  label={`Watch by ${rule.name}`}
                  on={rule.enabled}
                  change={(enabled) =>
                    store.edit(
                      'PATCH',
                      `/alert-rules/${rule.id}`,
                      { enabled },
                      `${rule.name}: ${enabled ? 'watched' : 'not watched'}.`,
                    )
                  }
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ChannelTable({ channels, store }: { channels: ChannelBody[]; store: AlertsStore }) {
  if (channels.length === 0)
    return (
      <p>
        Nobody is told. <code>pinger alerts apply FILE</code> adds webhooks, e-mail and commands.
      </p>
    );
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col">Leads to</th>
            <th scope="col">Waiting</th>
            <th scope="col">Told</th>
            <th scope="col">Test</th>
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel.id}>
              <th scope="row">{channel.name}</th>
              <td data-label="Leads to">
                {channel.kind} {channel.target}
                {(channel.problem ?? channel.error) !== null && (
                  <span class="aside wrong">{channel.problem ?? channel.error}</span>
                )}
              </td>
              <td data-label="Waiting">{channel.waiting}</td>
              <td data-label="Told">
                <Switch
                  label={`Tell ${channel.name}`}
                  on={channel.enabled}
                  change={(enabled) =>
                    store.edit(
                      'PATCH',
                      `/alert-channels/${channel.id}`,
                      { enabled },
                      `${channel.name}: ${enabled ? 'told' : 'not told'}.`,
                    )
                  }
                />
              </td>
              <td data-label="Test">
                <button
                  type="button"
                  disabled={!canEdit.value}
                  aria-label={`Send a test to ${channel.name}`}
                  onClick={() =>
                    void store.edit(
                      'POST',
                      `/alert-channels/${channel.id}/test`,
                      undefined,
                      `${channel.name} has been told.`,
                    )
                  }
                >
                  Send
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Switch = ({ label, on, change }: { label: string; on: boolean; change: (on: boolean) => unknown }) => (
  <input
    type="checkbox"
    aria-label={label}
    checked={on}
    disabled={!canEdit.value}
    onChange={({ currentTarget }) => void change(currentTarget.checked)}
  />
);
