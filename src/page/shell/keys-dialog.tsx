import { Dialog } from '../edit/dialog.tsx';
import { shortcutsOn, turnShortcuts } from './shortcuts.ts';

/** What keys do. */
export function KeysDialog({
  keys,
  onClose,
}: {
  keys: readonly (readonly [keys: readonly string[], what: string])[];
  onClose: () => void;
}) {
  return (
    <Dialog title="Keys" onClose={onClose} narrow>
      <dl class="keys">
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="keys-switch">
        <input
          type="checkbox"
          checked={shortcutsOn.value}
          onChange={({ currentTarget }) => turnShortcuts(currentTarget.checked)}
        />
        Single letters do something
      </label>
    </Dialog>
  );
}
