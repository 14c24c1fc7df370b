import type { Pressed } from './press.ts';
import { move, type PressContext } from './selection.ts';
import { type DetailState, SPANS, type ViewState } from './view-state.ts';

/** What a key makes of the detail of a row. */
export function pressInDetail(
  state: ViewState,
  detail: DetailState,
  name: string,
  context: PressContext,
): Pressed {
  const spanned = (span: number): Pressed => ({
    state: { ...state, detail: { ...detail, span: Math.max(0, Math.min(SPANS.length - 1, span)) } },
  });
  const digit = /^[1-9]$/.test(name) ? Number(name) : undefined;
  if (digit !== undefined) return digit <= SPANS.length ? spanned(digit - 1) : { state };
  switch (name) {
    case 'q':
    case 'escape':
    case 'enter':
    case 'backspace':
      return { state: { ...state, detail: undefined } };
    case 'right':
    case '>':
    case '-':
      return spanned(detail.span + 1);
    case 'left':
    case '<':
    case '+':
      return spanned(detail.span - 1);
    case 'y':
      return { state: { ...state, detail: { ...detail, fromZero: !detail.fromZero } } };
    default: {
      const lines = context.lines.filter((line) => !context.groups.has(line));
      const moved = move(state, name, { ...context, lines });
      const row = moved?.table.selected;
      return { state: moved && row !== undefined ? { ...moved, detail: { ...detail, row } } : state };
    }
  }
}
