import { plural } from '../figures.ts';
import { Icon } from '../shell/icons.tsx';

/** What can be done with what is selected; over the end of the list, so that nothing moves. */
export function SelectionBar({
  count,
  onEdit,
  onPause,
  onResume,
  onDelete,
  onClear,
}: {
  count: number;
  onEdit: () => void;
  onPause: () => void;
  onResume: () => void;
  onDelete: () => void;
  onClear: () => void;
}) {
  if (count === 0) return null;
  return (
    <section class="selection" aria-label="Selected destinations">
      <span role="status">{plural(count, 'destination')} selected</span>
      <button type="button" onClick={onEdit}>
        <Icon name="pencil" />
        Edit
      </button>
      <button type="button" onClick={onPause}>
        <Icon name="pause" />
        Pause
      </button>
      <button type="button" onClick={onResume}>
        <Icon name="play" />
        Resume
      </button>
      <button type="button" class="danger" onClick={onDelete}>
        <Icon name="trash" />
        Delete
      </button>
      <button type="button" class="plain" aria-label="Select nothing" onClick={onClear}>
        <Icon name="close" />
      </button>
    </section>
  );
}
