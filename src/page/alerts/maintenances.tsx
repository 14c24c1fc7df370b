import { useState } from 'preact/hooks';
import type { MaintenanceBody } from '../../http/schemas/alert.ts';
import { canEdit } from '../api/session.ts';
import { parseTime } from '../figures.ts';
import type { AlertsStore } from './state.ts';
import { momentText } from './texts.ts';

/** Ended ones are shown for so long, ms: a day. */
const SHOWN_FOR = 86_400_000;

/** When nobody is told; with a form that adds a maintenance, which begins now unless told otherwise. */
export function MaintenanceSection({
  store,
  maintenances,
}: {
  store: AlertsStore;
  maintenances: MaintenanceBody[];
}) {
  const now = Date.now();
  const shown = maintenances.filter(({ repeats, ends }) => repeats !== null || ends > now - SHOWN_FOR);
  return (
    <section aria-labelledby="maintenances">
      <h2 id="maintenances">Maintenance</h2>
      {shown.length === 0 ? (
        <p>Nothing is under maintenance: whatever is found is told.</p>
      ) : (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">Destinations</th>
                <th scope="col">From</th>
                <th scope="col">Until</th>
                <th scope="col">Repeats</th>
                <th scope="col">Reason</th>
                <th scope="col">End</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={row.id} row={row} store={store} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {canEdit.value && <NewMaintenance store={store} />}
    </section>
  );
}

function Row({ row, store }: { row: MaintenanceBody; store: AlertsStore }) {
  const { id, destinations, starts, ends, repeats, time_zone, reason, under_way, problem } = row;
  const ending = under_way && repeats === null;
  const name = destinations === '*' ? 'all destinations' : destinations;
  const end = () =>
    ending
      ? store.edit(
          'PATCH',
          `/maintenances/${id}`,
          { ends: Math.max(starts + 1, Date.now()) },
          'It has ended.',
        )
      : store.edit('DELETE', `/maintenances/${id}`, undefined, 'It is removed.');
  return (
    <tr>
      <th scope="row">
        {name}
        {under_way && <span class="severity info">under way</span>}
        {problem !== null && <span class="aside wrong">{problem}</span>}
      </th>
      <td data-label="From">{momentText(starts)}</td>
      <td data-label="Until">{momentText(ends)}</td>
      <td data-label="Repeats">
        {repeats === null ? 'no' : `${repeats}${time_zone === null ? '' : `, ${time_zone}`}`}
      </td>
      <td data-label="Reason">{reason}</td>
      <td data-label="End">
        <button
          type="button"
          disabled={!canEdit.value}
          aria-label={`${ending ? 'End' : 'Remove'} the maintenance of ${name}`}
          onClick={() => void end()}
        >
          {ending ? 'End' : 'Remove'}
        </button>
      </td>
    </tr>
  );
}

function NewMaintenance({ store }: { store: AlertsStore }) {
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const length = parseTime(given.length ?? '');
    const starts = given.starts ? new Date(given.starts).getTime() : Date.now();
    if (!length) {
      setWrong('expected a time, such as 30m, 2h or 1d');
      (form.elements.namedItem('length') as HTMLInputElement).focus();
      return;
    }
    setWrong(undefined);
    const body = {
      destinations: given.destinations?.trim() || '*',
      starts,
      ends: starts + Math.round(length),
      repeats: given.repeats || null,
      time_zone: given.repeats ? Intl.DateTimeFormat().resolvedOptions().timeZone : null,
      reason: given.reason?.trim() || null,
    };
    if (await store.edit('POST', '/maintenances', body, 'The maintenance is added.')) form.reset();
  };
  return (
    <form
      class="maintenance-form"
      onSubmit={(event) => void submit(event as SubmitEvent)}
      aria-label="Add a maintenance"
    >
      <div class="field">
        <label for="maintenance-destinations">Destinations</label>
        <input
          id="maintenance-destinations"
          name="destinations"
          placeholder="all"
          aria-describedby="maintenance-hint"
        />
      </div>
      <div class="field">
        <label for="maintenance-starts">From</label>
        <input
          id="maintenance-starts"
          name="starts"
          type="datetime-local"
          aria-describedby="maintenance-hint"
        />
      </div>
      <div class={`field${wrong ? ' wrong' : ''}`}>
        <label for="maintenance-length">For</label>
        <input
          id="maintenance-length"
          name="length"
          required
          placeholder="2h"
          aria-invalid={wrong !== undefined}
          aria-describedby="maintenance-length-note"
        />
      </div>
      <div class="field">
        <label for="maintenance-repeats">Repeats</label>
        <select id="maintenance-repeats" name="repeats">
          <option value="">no</option>
          <option value="daily">daily</option>
          <option value="weekly">weekly</option>
        </select>
      </div>
      <div class="field">
        <label for="maintenance-reason">Reason</label>
        <input id="maintenance-reason" name="reason" maxLength={1000} />
      </div>
      <button type="submit" class="primary">
        Add
      </button>
      <p class="note" id="maintenance-length-note" aria-live="polite">
        {wrong && <span class="problem">{wrong}</span>}
      </p>
      <p class="note" id="maintenance-hint">
        Ids, names, addresses or patterns such as web-*, with commas between them. It begins now unless a time
        is given.
      </p>
    </form>
  );
}
