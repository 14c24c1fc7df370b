import './edit.css';
import { useSignal } from '@preact/signals';
import { countText, plural } from '../figures.ts';
import { AddForm, EditForm } from './destination-form.tsx';
import { Dialog } from './dialog.tsx';
import type { Editor } from './editor.ts';
import { FormEnd } from './form-end.tsx';
import { SaidBar } from './said-bar.tsx';

/** The dialog that an editor has open, and what it has to say. */
export function EditDialogs({ editor, onDeleted }: { editor: Editor; onDeleted?: () => void }) {
  const editing = editor.editing.value;
  const close = () => editor.close();
  return (
    <>
      {editing?.kind === 'add' && (
        <Dialog title="Add destinations" onClose={close}>
          <AddForm editor={editor} onDone={close} />
        </Dialog>
      )}
      {editing?.kind === 'edit' && (
        <Dialog title={`Edit ${editor.nameOf(editing.ids)}`} onClose={close}>
          <EditForm editor={editor} ids={editing.ids} onDone={close} />
        </Dialog>
      )}
      {editing?.kind === 'delete' && (
        <Dialog title={`Delete ${editor.nameOf(editing.ids)}?`} onClose={close} narrow>
          <DeleteForm
            editor={editor}
            ids={editing.ids}
            onDone={() => {
              close();
              onDeleted?.();
            }}
          />
        </Dialog>
      )}
      <SaidBar notices={editor.notices} />
    </>
  );
}

function DeleteForm({ editor, ids, onDone }: { editor: Editor; ids: readonly number[]; onDone: () => void }) {
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const remove = async () => {
    busy.value = true;
    const name = editor.nameOf(ids);
    const failed = await editor.each(ids, (id) => editor.remove(id));
    busy.value = false;
    const [first] = failed;
    if (first) {
      problem.value = `${countText(failed.length)} of ${countText(ids.length)} not deleted: ${first.error.message}`;
      return;
    }
    editor.notices.say(`Deleted ${name}.`);
    onDone();
  };
  return (
    <form
      class="edit"
      onSubmit={(event) => {
        event.preventDefault();
        void remove();
      }}
    >
      <p class="lead">
        {ids.length === 1 ? 'It is' : `These ${plural(ids.length, 'destination')} are`} probed no more. The
        results so far stay in the table. To stop for a while only, pause instead.
      </p>
      <FormEnd problem={problem.value} busy={busy.value} action="Delete" onCancel={() => editor.close()} />
    </form>
  );
}
