import { ProblemError } from '../problems.ts';

/** Throws ProblemError for a body that asks for no change. */
export function someChange(body: object): void {
  if (Object.keys(body).length === 0)
    throw new ProblemError(400, 'nothing to change: expected one of the columns');
}
