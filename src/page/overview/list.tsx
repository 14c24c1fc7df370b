import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { LiveStore } from '../api/live.ts';
import { canEdit } from '../api/session.ts';
import { useSources } from '../api/sources.ts';
import type { Editor } from '../edit/editor.ts';
import { countText, plural } from '../figures.ts';
import { go, route } from '../router.ts';
import { KeysDialog } from '../shell/keys-dialog.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useActive } from './active.ts';
import type { Item } from './arrange.ts';
import { DayFigures } from './day-figures.ts';
import { Grid } from './grid.tsx';
import { useOrder } from './order.ts';
import { listQuery, look } from './query.ts';
import { SelectionBar } from './selection-bar.tsx';
import { Toolbar } from './toolbar.tsx';

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['↓', '↑', 'j', 'k'], 'next or previous line'],
  [['Home', 'End'], 'first or last line'],
  [['Enter'], 'open the destination, or open and close the group'],
  [['/'], 'filter'],
  [['Esc'], 'select nothing, or show all'],
  [['?'], 'these keys'],
];

const EDIT_KEYS: typeof KEYS = [
  [['Space', 'x'], 'select'],
  [['a'], 'add destinations'],
  [['e'], 'edit what is selected, or this line'],
  [['p'], 'pause or resume it'],
  [['Del'], 'delete it'],
];

/** All destinations in a list, and what can be done with them. */
export function List({ live, editor }: { live: LiveStore; editor: Editor }) {
  const query = listQuery(route.value.query);
  const collapsed = useSignal<ReadonlySet<string>>(new Set());
  const selected = useSignal<ReadonlySet<number>>(new Set());
  const showsKeys = useSignal(false);
  const pointed = useRef(false);
  const list = useRef<HTMLDivElement>(null);
  const days = useMemo(() => new DayFigures(), []);
  const sources = useSources();
  const sourceName = useMemo(
    () => (id: number) => sources.find((source) => source.id === id)?.name ?? `source ${id}`,
    [sources],
  );
  const isFocused = () =>
    list.current?.contains(document.activeElement) === true &&
    list.current.querySelector(':focus-visible') !== null;
  const isScrolled = useScrolled();
  const { items, found } = useOrder(live, query, {
    collapsed: collapsed.value,
    days,
    held: () => pointed.current || isScrolled() || isFocused(),
    sourceName,
  });
  const active = useActive(items);
  const mayEdit = canEdit.value;

  const fold = (key: string) => {
    const folded = new Set(collapsed.peek());
    if (!folded.delete(key)) folded.add(key);
    collapsed.value = folded;
  };
  const select = (id: number) => {
    const chosen = new Set(selected.peek());
    if (!chosen.delete(id)) chosen.add(id);
    selected.value = chosen;
  };
  const open = (item: Item | undefined) => {
    if (item?.kind === 'group') fold(item.key);
    else if (item) go(`/destinations/${item.destination.id}`);
  };
  /** What is selected, or else the line that is active. */
  const chosen = (): number[] => {
    const there = [...selected.peek()].filter((id) => live.get(id));
    if (there.length > 0) return there;
    const item = active.item();
    return item?.kind === 'destination' ? [item.destination.id] : [];
  };
  const turn = (ids: readonly number[]) =>
    void editor.setActive(ids, !ids.some((id) => live.get(id)?.row?.active === true));
  const edits = {
    a: () => editor.open({ kind: 'add' }),
    e: () => editor.open({ kind: 'edit', ids: chosen() }),
    p: () => turn(chosen()),
    x: () => active.item()?.kind === 'destination' && select(chosenLine(active.item())),
    Delete: () => editor.open({ kind: 'delete', ids: chosen() }),
  };
  useShortcuts({
    ...active.keys,
    Enter: (event) => {
      // A button or link that has the focus does what it is for.
      if ((event.target as Element).closest('button, a, summary')) (event.target as HTMLElement).click();
      else open(active.item());
    },
    ' ': (event) => {
      const item = active.item();
      const control = (event.target as Element).closest<HTMLElement>('button, a, summary, input');
      if (control) control.click();
      else if (item?.kind === 'destination' && mayEdit) select(item.destination.id);
    },
    '/': () => document.getElementById('filter')?.focus(),
    '?': () => {
      showsKeys.value = true;
    },
    Escape: () => {
      if (selected.peek().size > 0) selected.value = new Set();
      else look({ text: '', states: [] });
    },
    ...(mayEdit ? edits : {}),
  });

  const click = (event: MouseEvent) => {
    const target = event.target as Element;
    const line = target.closest<HTMLElement>('[data-id], [data-group]');
    if (!line || event.defaultPrevented) return;
    const { id, group } = line.dataset;
    if (group !== undefined) return fold(group);
    const number = Number(id);
    const what = target.closest<HTMLElement>('[data-do]')?.dataset.do;
    if (what === 'select') select(number);
    else if (what === 'edit') editor.open({ kind: 'edit', ids: [number] });
    else if (what === 'pause') turn([number]);
    else if (!target.closest('a') && getSelection()?.isCollapsed !== false) go(`/destinations/${number}`);
  };

  return (
    <>
      <Toolbar
        live={live}
        query={query}
        canEdit={mayEdit}
        onAdd={edits.a}
        onKeys={() => {
          showsKeys.value = true;
        }}
      />
      <p class="found" role="status">
        {found === live.size
          ? plural(found, 'destination')
          : `${countText(found)} of ${plural(live.size, 'destination')}`}
      </p>
      <div
        ref={list}
        onPointerEnter={({ pointerType }) => {
          pointed.current = pointerType === 'mouse';
        }}
        onPointerLeave={() => {
          pointed.current = false;
        }}
      >
        <Grid
          live={live}
          items={items}
          query={query}
          days={days}
          active={active.key}
          selected={selected.value}
          canEdit={mayEdit}
          onClick={click}
          onSelectAll={(all) => {
            const ids = items.flatMap((item) => (item.kind === 'destination' ? [item.destination.id] : []));
            selected.value = new Set(all ? ids : []);
          }}
        />
      </div>
      {items.length === 0 && (
        <p class="notice">
          None is like that.{' '}
          <button type="button" onClick={() => look({ text: '', states: [] })}>
            Show all
          </button>
        </p>
      )}
      {mayEdit && (
        <SelectionBar
          count={selected.value.size}
          onEdit={edits.e}
          onPause={() => void editor.setActive(chosen(), false)}
          onResume={() => void editor.setActive(chosen(), true)}
          onDelete={edits.Delete}
          onClear={() => {
            selected.value = new Set();
          }}
        />
      )}
      {showsKeys.value && (
        <KeysDialog
          keys={mayEdit ? [...KEYS, ...EDIT_KEYS] : KEYS}
          onClose={() => {
            showsKeys.value = false;
          }}
        />
      )}
    </>
  );
}

/** So long after the window was scrolled somebody still reads, ms. */
const READING = 2000;

/** Tells whether the window was scrolled just now. */
function useScrolled(): () => boolean {
  const at = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const scrolled = ({ timeStamp }: Event) => {
      at.current = timeStamp;
    };
    addEventListener('scroll', scrolled, { passive: true });
    return () => removeEventListener('scroll', scrolled);
  }, []);
  return () => performance.now() - at.current < READING;
}

const chosenLine = (item: Item | undefined): number =>
  item?.kind === 'destination' ? item.destination.id : Number.NaN;
