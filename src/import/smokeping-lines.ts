/** A line of a configuration in the grammar that SmokePing uses: https://metacpan.org/pod/Config::Grammar */
export type ConfigLine = { line: number } & (
  | { kind: 'section'; name: string }
  | { kind: 'subsection'; depth: number; name: string }
  | { kind: 'variable'; name: string; value: string }
  | { kind: 'include'; file: string }
  | { kind: 'other'; text: string }
);

/** Reads lines: without comments, those that end in a backslash joined to the next, definitions put in. */
export function* configLines(text: string): Generator<ConfigLine> {
  const lines = text.split('\n');
  const definitions: [string, string][] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    let content = (lines[index] as string).trim().replace(/\s*#.*$/, '');
    while (content.endsWith('\\') && index + 1 < lines.length)
      content = `${content.slice(0, -1)} ${(lines[++index] as string).trim()}`;
    const [, name, value] = /^@define\s+(\S+)\s+(.*)$/.exec(content) ?? [];
    if (name !== undefined && value !== undefined) definitions.push([name, value]);
    else if (content !== '') yield lineOf(line, content, definitions);
  }
}

function lineOf(line: number, content: string, definitions: readonly [string, string][]): ConfigLine {
  const [, file] = /^@include\s+["']?(.*?)["']?$/.exec(content) ?? [];
  if (file !== undefined) return { line, kind: 'include', file };
  const text = definitions.reduce((defined, [name, value]) => defined.replaceAll(name, value), content);
  const [, section] = /^\*\*\*\s*(.*?)\s*\*\*\*$/.exec(text) ?? [];
  if (section !== undefined) return { line, kind: 'section', name: section };
  const [, plus, subsection] = /^(\++)\s*(.*)$/.exec(text) ?? [];
  if (plus !== undefined && subsection !== undefined)
    return { line, kind: 'subsection', depth: plus.length, name: subsection };
  const [, name, value] = /^(\S+?)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { line, kind: 'variable', name, value };
  return { line, kind: 'other', text };
}
