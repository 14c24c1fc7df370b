import type { Signal } from '@preact/signals';

/** What is wrong with the whole, and what can be done. */
export function FormEnd({
  problem,
  busy,
  action,
  onCancel,
}: {
  problem: string | undefined;
  busy: boolean;
  action: string;
  onCancel?: () => void;
}) {
  return (
    <div class="form-end">
      <p class="problem" role="alert">
        {problem}
      </p>
      {onCancel && (
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {action}
      </button>
    </div>
  );
}

/** Does the work of a form once, and leads to what is wrong then. */
export async function submit(event: Event, busy: Signal<boolean>, work: () => Promise<void>): Promise<void> {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  if (busy.peek()) return;
  busy.value = true;
  try {
    await work();
  } finally {
    busy.value = false;
  }
  // Where something is wrong, that is where to go on.
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
