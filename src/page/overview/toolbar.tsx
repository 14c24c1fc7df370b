import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { GROUP_WORDS, GROUPS, type Group } from '../../live/groups.ts';
import type { LiveStore } from '../api/live.ts';
import { STATES, type State } from '../api/now.ts';
import { countText } from '../figures.ts';
import { Icon } from '../shell/icons.tsx';
import { type ListQuery, look } from './query.ts';
import { STATE_MEANINGS, STATE_WORDS, StateSign } from './states.tsx';

/** Typing waits this long for the next letter, ms. */
const TYPING = 120;

/** Those that are there, or asked for; the usual ones always, so that nothing moves. */
const ALWAYS: readonly State[] = ['down', 'lossy', 'up'];

export function Toolbar({
  live,
  query,
  onAdd,
  onKeys,
  canEdit,
}: {
  live: LiveStore;
  query: ListQuery;
  onAdd: () => void;
  onKeys: () => void;
  canEdit: boolean;
}) {
  return (
    <div class="toolbar">
      <StateFilter live={live} query={query} />
      <div class="tools">
        <TextFilter text={query.text} />
        <label class="grouping">
          Group by
          <select
            value={query.group}
            onChange={({ currentTarget }) => look({ group: currentTarget.value as Group })}
          >
            {GROUPS.map((group) => (
              <option key={group} value={group}>
                {GROUP_WORDS[group]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="plain keys-button" onClick={onKeys} title="Keys (?)">
          <Icon name="keyboard" />
          <span class="spoken">Keys</span>
        </button>
        {canEdit && (
          <button type="button" class="primary" onClick={onAdd}>
            <Icon name="plus" />
            Add
          </button>
        )}
      </div>
    </div>
  );
}

function StateFilter({ live, query }: { live: LiveStore; query: ListQuery }) {
  const counts = live.counts.value;
  const shown = STATES.filter(
    (state) => counts[state] > 0 || ALWAYS.includes(state) || query.states.includes(state),
  );
  const turn = (state: State) =>
    look({
      states: query.states.includes(state)
        ? query.states.filter((each) => each !== state)
        : [...query.states, state],
    });
  const total = STATES.reduce((sum, state) => sum + counts[state], 0);
  return (
    <fieldset class="states">
      <legend class="spoken">Show only states</legend>
      <button type="button" aria-pressed={query.states.length === 0} onClick={() => look({ states: [] })}>
        All <b>{countText(total)}</b>
      </button>
      {shown.map((state) => (
        <button
          key={state}
          type="button"
          class={counts[state] === 0 ? 'none' : undefined}
          aria-pressed={query.states.includes(state)}
          title={STATE_MEANINGS[state]}
          onClick={() => turn(state)}
        >
          <StateSign state={state} />
          {STATE_WORDS[state]} <b>{countText(counts[state])}</b>
        </button>
      ))}
    </fieldset>
  );
}

function TextFilter({ text }: { text: string }) {
  const typed = useSignal(text);
  useEffect(() => {
    typed.value = text;
  }, [text, typed]);
  useEffect(() => {
    if (typed.value === text) return;
    const timer = setTimeout(() => look({ text: typed.peek() }), TYPING);
    return () => clearTimeout(timer);
  }, [typed.value, text, typed]);
  return (
    <label class="search">
      <Icon name="search" />
      <span class="spoken">Filter by name, address or protocol</span>
      <input
        id="filter"
        type="search"
        placeholder="Filter"
        autoComplete="off"
        spellcheck={false}
        value={typed.value}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && typed.value !== '') {
            event.preventDefault();
            typed.value = '';
          } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            document.getElementById('list')?.focus();
          }
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}
