/** A destination as somebody has written it down: its address or URL, and its name behind it. */
export interface PastedLine {
  /** As it was written. */
  text: string;
  address: string;
  name: string | null;
}

/** What lines say, as in a hosts file: empty ones and comments say nothing. */
export function pastedLines(text: string): PastedLine[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, address = line, name = ''] = /^([^\s,;]+)[\s,;]*(.*)$/.exec(line) ?? [];
      return { text: line, address, name: name.trim() || null };
    });
}
