import { type Document, isNode } from 'yaml';
import { located, offsetOf, placeOf } from '../scenario/places.ts';
import type { Path } from '../scenario/problems.ts';
import { readYaml } from '../scenario/yaml.ts';
import type { Remark } from './found.ts';
import { lineIndex } from './line-index.ts';

/** A text in YAML: its values, and in which line each of them is. */
export interface YamlText {
  value: unknown;
  lineOf(path: Path): number;
}

/** Reads YAML, or tells what is wrong with it; `what` is what it was to be. */
export function yamlText(text: string, what: string): YamlText | { problems: Remark[] } {
  const document = readYaml(text, what);
  if (Array.isArray(document))
    return {
      problems: document.map(({ offset, message }) => {
        const [line, column] = placeOf(text, offset).split(':');
        return { line: Number(line), message: `column ${column}: ${message}` };
      }),
    };
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  const lineAt = lineIndex(text);
  return { value, lineOf: (path) => lineAt(offsetIn(document, value, path)) };
}

function offsetIn(document: Document, value: unknown, path: Path): number {
  const offset = offsetOf(document, { path: located(value, path), message: '' });
  return offset > 0 || !isNode(document.contents) ? offset : (document.contents.range?.[0] ?? 0);
}
