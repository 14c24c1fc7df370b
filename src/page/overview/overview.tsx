import './overview.css';
import './grid.css';
import { useMemo } from 'preact/hooks';
import { useLive } from '../api/context.ts';
import { canEdit } from '../api/session.ts';
import { EditDialogs } from '../edit/dialogs.tsx';
import { Editor } from '../edit/editor.ts';
import { Empty } from './empty.tsx';
import { List } from './list.tsx';

/** All destinations: what is wrong now, and a way to each. */
export function Overview() {
  const live = useLive();
  const editor = useMemo(() => new Editor(live), [live]);
  const isEmpty = live.loaded.value && live.rows.value >= 0 && live.size === 0;
  return (
    <div class="overview">
      <h1 class="spoken">Overview</h1>
      {isEmpty ? (
        <Empty editor={editor} canEdit={canEdit.value} />
      ) : live.loaded.value ? (
        <List live={live} editor={editor} />
      ) : (
        <Loading problem={live.problem.value} />
      )}
      <EditDialogs editor={editor} />
    </div>
  );
}

/** Nothing is told of what takes no time. */
function Loading({ problem }: { problem: string | null }) {
  return (
    <p class={problem === null ? 'loading' : 'notice problem'} role="status">
      {problem ?? 'Loading the destinations …'}
    </p>
  );
}
