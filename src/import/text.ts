import type { Remark } from './found.ts';
import { lineIndex } from './line-index.ts';

/** A file that is no text, in one line that says so. */
export class NoTextError extends Error {
  override readonly name = 'NoTextError';
}

const BOMS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/**
 * What is in a file, as text with a line feed at the end of each line: UTF-8, UTF-16 with a byte order mark, or else
 * Windows-1252, which is told. Throws NoTextError.
 */
export function decodeText(bytes: Uint8Array): { text: string; notes: Remark[] } {
  const bom = BOMS.find(({ bytes: mark }) => mark.every((byte, index) => bytes[index] === byte));
  if (bom && bom.encoding !== 'utf-8') return { text: decoded(bytes, bom.encoding), notes: [] };
  const zero = bytes.indexOf(0);
  if (zero >= 0)
    throw new NoTextError(
      `not text (a zero byte at offset ${zero}): expected UTF-8, or UTF-16 with a byte order mark`,
    );
  try {
    return { text: decoded(bytes, 'utf-8', true), notes: [] };
  } catch {
    return fromWindows(bytes);
  }
}

function decoded(bytes: Uint8Array, encoding: string, fatal = false): string {
  const text = new TextDecoder(encoding, { fatal }).decode(bytes);
  return text.replace(/\r\n?/g, '\n');
}

/** The share of control characters above which bytes are no text. */
const MOST_CONTROLS = 0.05;

function fromWindows(bytes: Uint8Array): { text: string; notes: Remark[] } {
  const text = decoded(bytes, 'windows-1252');
  const controls = text.match(/[^\P{Cc}\n\t]/gu)?.length ?? 0;
  if (controls > text.length * MOST_CONTROLS)
    throw new NoTextError('not text (control characters throughout): expected UTF-8');
  const first = text.search(/[^\0-\x7f]/);
  const line = lineIndex(text)(Math.max(0, first));
  return { text, notes: [{ line, message: 'not UTF-8: taken for Windows-1252' }] };
}
