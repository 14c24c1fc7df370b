import { ProblemError } from './problems.ts';

/** Refuses a span that ends before it begins. Throws ProblemError. */
export function checkSpan({
  since,
  until,
}: {
  since?: number | undefined;
  until?: number | undefined;
}): void {
  if (since === undefined || until === undefined || since < until) return;
  const detail = 'expected a later time than since';
  throw new ProblemError(400, `until: ${detail}`, { errors: [{ pointer: 'until', detail }] });
}
