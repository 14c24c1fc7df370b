/** How a cell looks: one of the terminal's own colours, so that its theme holds, and flags. 0 is plain text. */
export type Style = number;

export const PLAIN: Style = 0;
export const RED: Style = 1;
export const GREEN: Style = 2;
export const YELLOW: Style = 3;
export const BLUE: Style = 4;
export const MAGENTA: Style = 5;
export const CYAN: Style = 6;
/** To be joined to a colour by `|`. */
export const BOLD: Style = 16;
export const DIM: Style = 32;
export const INVERSE: Style = 64;

const COLOUR = 15;

/** Select Graphic Rendition, ECMA-48, 8.3.117: from any style to this one. Without colours, flags stay. */
export function sgr(style: Style, hasColours: boolean): string {
  const colour = style & COLOUR;
  const codes = [
    '0',
    ...(style & BOLD ? ['1'] : []),
    ...(style & DIM ? ['2'] : []),
    ...(style & INVERSE ? ['7'] : []),
    ...(hasColours && colour > 0 ? [String(30 + colour)] : []),
  ];
  return `\x1b[${codes.join(';')}m`;
}

/** A text in one style. */
export interface Span {
  text: string;
  style?: Style;
}
