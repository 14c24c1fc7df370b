import { signal } from '@preact/signals';
import { applyTheme, rememberedTheme, rememberTheme, type Theme } from './theme.ts';

/** What was chosen. */
export const theme = signal<Theme>(rememberedTheme());

/** Counts up when colours become others: who draws by script draws again. */
export const palette = signal(0);

export function chooseTheme(chosen: Theme): void {
  rememberTheme(chosen);
  applyTheme(chosen);
  theme.value = chosen;
  forget();
}

const known = new Map<string, string>();

function forget(): void {
  known.clear();
  palette.value++;
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forget);

let probe: HTMLElement | undefined;

/** What a variable such as `--bad` is now, as canvases take it. */
export function colour(variable: string): string {
  let found = known.get(variable);
  if (found === undefined) {
    if (!probe) {
      probe = document.createElement('i');
      probe.hidden = true;
      document.body.append(probe);
    }
    probe.style.color = `var(${variable})`;
    found = getComputedStyle(probe).color;
    known.set(variable, found);
  }
  return found;
}
