import { InvalidArgumentError, Option } from 'commander';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';

export const outcomeOption = () =>
  new Option('--outcome <outcomes>', 'only these, separated by commas').argParser(parseOutcomes);

function parseOutcomes(text: string, previous: Outcome[] = []): Outcome[] {
  const outcomes = text.split(',').map((part) => {
    const outcome = OUTCOMES.find((known) => known === part.trim());
    if (!outcome)
      throw new InvalidArgumentError(`"${part}" is not an outcome: expected ${OUTCOMES.join(', ')}`);
    return outcome;
  });
  return [...previous, ...outcomes];
}
