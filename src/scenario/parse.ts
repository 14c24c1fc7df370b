import { readFile } from 'node:fs/promises';
import { checkScenario } from './check.ts';
import { located, offsetOf, pathText, placeOf } from './places.ts';
import { type Problem, problemsOf, ScenarioError } from './problems.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { type Mistake, readYaml } from './yaml.ts';

/**
 * The scenario that a YAML text is; `file` is what errors call it. Throws ScenarioError, whose lines are
 * `file:line:column: what is wrong: what would be right`. What is no YAML is told before what is no scenario, and that
 * before what makes no sense as one.
 */
export function parseScenario(yaml: string, file = 'scenario'): Scenario {
  const text = yaml.replace(/^\uFEFF/, '');
  const refusal = (mistakes: readonly Mistake[]): ScenarioError => {
    const inOrder = mistakes.toSorted((one, other) => one.offset - other.offset);
    return new ScenarioError(
      inOrder.map(({ offset, message }) => `${file}:${placeOf(text, offset)}: ${message}`),
    );
  };
  const document = readYaml(text);
  if (Array.isArray(document)) throw refusal(document);
  // Aliases of aliases cost nothing: each stands for the same object wherever it is.
  const found = check(document.toJS({ maxAliasCount: -1 }));
  if ('scenario' in found) return found.scenario;
  throw refusal(
    found.problems.map((problem) => ({ offset: offsetOf(document, problem), message: problem.message })),
  );
}

/** The scenario in a YAML file. Throws ScenarioError. */
export async function readScenario(file: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ScenarioError([`${file}: ${UNREADABLE[code ?? ''] ?? message}`]);
  }
  return parseScenario(text, file);
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: expected the path of a scenario in YAML',
  ENOTDIR: 'there is no such file: expected the path of a scenario in YAML',
  EISDIR: 'a folder: expected a file with a scenario in YAML',
  EACCES: 'permission denied: expected a file that may be read',
};

/** The scenario that an object is. Throws ScenarioError, whose lines name the keys that lead to each problem. */
export function scenarioOf(given: unknown): Scenario {
  const found = check(given);
  if ('scenario' in found) return found.scenario;
  throw new ScenarioError(found.problems.map(({ path, message }) => `${pathText(path)}: ${message}`));
}

function check(given: unknown): { scenario: Scenario } | { problems: Problem[] } {
  const parsed = scenarioSchema.safeParse(given);
  const problems = parsed.success ? checkScenario(parsed.data) : problemsOf(parsed.error.issues, given);
  if (parsed.success && problems.length === 0) return { scenario: parsed.data };
  return { problems: problems.map((problem) => ({ ...problem, path: located(given, problem.path) })) };
}
