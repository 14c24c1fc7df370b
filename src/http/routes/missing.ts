import { ProblemError } from '../problems.ts';

export const noDestination = (id: number): ProblemError =>
  new ProblemError(404, `there is no destination ${id}`);

export const noSource = (id: number): ProblemError => new ProblemError(404, `there is no source ${id}`);
