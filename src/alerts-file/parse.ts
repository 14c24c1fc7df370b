import type { Remark } from '../import/found.ts';
import { lineIndex } from '../import/line-index.ts';
import { located, offsetOf, placeOf } from '../scenario/places.ts';
import { type Path, problemsOf } from '../scenario/problems.ts';
import { isKeys } from '../scenario/shapes.ts';
import { readYaml } from '../scenario/yaml.ts';
import { type AlertsGiven, alertsFileSchema } from './schema.ts';

export interface ParsedAlerts {
  given: AlertsGiven;
  /** The line on which what a path leads to begins. */
  lineOf(path: Path): number;
}

/** What a text in YAML says of alerts, or everything that is wrong with it, by line. */
export function parseAlerts(text: string): ParsedAlerts | { problems: Remark[] } {
  const remark = (offset: number, message: string): Remark => {
    const [line = '1', column = '1'] = placeOf(text, offset).split(':');
    return { line: Number(line), message: `column ${column}: ${message}` };
  };
  const document = readYaml(text, 'a file with alerts');
  if (Array.isArray(document))
    return { problems: document.map(({ offset, message }) => remark(offset, message)) };
  const given: unknown = document.toJS({ maxAliasCount: -1 });
  if (!isKeys(given))
    return {
      problems: [{ line: 1, message: 'expected keys with values: channels, rules, parents, maintenances' }],
    };
  const parsed = alertsFileSchema.safeParse(given);
  if (!parsed.success)
    return {
      problems: problemsOf(parsed.error.issues, given).map((problem) =>
        remark(offsetOf(document, { ...problem, path: located(given, problem.path) }), problem.message),
      ),
    };
  const lines = lineIndex(text);
  return {
    given: parsed.data,
    lineOf: (path) => lines(offsetOf(document, { path: located(given, path), message: '' })),
  };
}
