import { signal } from '@preact/signals';

/** What has been done, or why it has not. */
export interface Said {
  text: string;
  isProblem: boolean;
  undo?: () => void;
}

/** How long what has been done is shown, ms. */
const SHOWN_FOR = 8000;

/** Tells what has been done, for a while; what has not, until somebody has seen it. */
export class Notices {
  readonly said = signal<Said | undefined>(undefined);
  #silence: ReturnType<typeof setTimeout> | undefined;

  say(text: string, { isProblem = false, undo }: { isProblem?: boolean; undo?: () => void } = {}): void {
    clearTimeout(this.#silence);
    this.said.value = { text, isProblem, ...(undo && { undo }) };
    if (!isProblem) this.#silence = setTimeout(() => this.hush(), SHOWN_FOR);
  }

  hush(): void {
    this.said.value = undefined;
  }
}
