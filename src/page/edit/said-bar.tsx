import { Icon } from '../shell/icons.tsx';
import type { Notices } from './notices.ts';

/** What has been done, and a way back where there is one. */
export function SaidBar({ notices }: { notices: Notices }) {
  const said = notices.said.value;
  return (
    <div class="said" role="status">
      {said && (
        <p class={said.isProblem ? 'wrong' : undefined}>
          <span>{said.text}</span>
          {said.undo && (
            <button
              type="button"
              onClick={() => {
                said.undo?.();
                notices.hush();
              }}
            >
              Undo
            </button>
          )}
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => notices.hush()}>
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}
