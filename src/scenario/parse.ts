import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { checkScenario } from './check.ts';
import { type Problem, positionOf, problemsOf, ScenarioError } from './problems.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { EVENT_KINDS } from './timeline-schema.ts';

/** The scenario that a YAML text is; `file` is what errors call it. Throws ScenarioError. */
export function parseScenario(text: string, file = 'scenario'): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  if (document.errors.length > 0)
    throw new ScenarioError(
      document.errors.map(({ message, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        return `${file}:${line}:${col}: ${message.split('\n')[0]}`;
      }),
    );
  const found = check(document.toJS());
  if ('scenario' in found) return found.scenario;
  throw new ScenarioError(
    found.problems.map((problem) => `${file}:${positionOf(document, lines, problem)}: ${problem.message}`),
  );
}

/** The scenario in a YAML file. Throws ScenarioError. */
export async function readScenario(file: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'a folder, not a file' : message;
    throw new ScenarioError([`${file}: ${why}`]);
  }
  return parseScenario(text, file);
}

/** The scenario that an object is. Throws ScenarioError, whose lines name the keys that lead to each problem. */
export function scenarioOf(given: unknown): Scenario {
  const found = check(given);
  if ('scenario' in found) return found.scenario;
  throw new ScenarioError(
    found.problems.map(({ path, message }) => `scenario.${path.join('.')}: ${message}`),
  );
}

function check(given: unknown): { scenario: Scenario } | { problems: Problem[] } {
  const kindless = kindlessEvents(given);
  const parsed = scenarioSchema.safeParse(given);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, given).filter(
      ({ path }) => !kindless.some((each) => each.path.every((key, index) => path[index] === key)),
    );
    return { problems: [...problems, ...kindless] };
  }
  const problems = checkScenario(parsed.data);
  return problems.length > 0 ? { problems } : { scenario: parsed.data };
}

/** Events that do not say what happens: which kind they would have to be, no schema can tell. */
export function kindlessEvents(given: unknown): Problem[] {
  const timeline = (given as { timeline?: unknown } | null)?.timeline;
  if (!Array.isArray(timeline)) return [];
  return timeline.flatMap((event: unknown, index) => {
    if (typeof event !== 'object' || event === null || EVENT_KINDS.some((kind) => kind in event)) return [];
    return [
      { path: ['timeline', index], message: `nothing happens: expected one of ${EVENT_KINDS.join(', ')}` },
    ];
  });
}
