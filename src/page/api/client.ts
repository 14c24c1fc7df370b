import type { Problem } from '../../http/schemas/problem.ts';
import { forgetSession } from './session.ts';

/** What the API says is wrong, in one line. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const BASE = '/api/v1';

/** Asks the API. Throws ApiError; status 0 where pinger cannot be reached. Where one has to sign in first, that is shown. */
export async function request<Answer>(
  path: string,
  { method = 'GET', body, signal }: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(BASE + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(signal ? { signal } : {}),
  }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(unreachable());
  });
  if (response.status === 204) return undefined as Answer;
  const answer = await response.json().catch(() => undefined);
  // To a wrong password the same.
  if (response.status === 401) forgetSession();
  if (!response.ok) throw new ApiError((answer as Problem | undefined) ?? unreachable(response.status));
  return answer as Answer;
}

const unreachable = (status = 0): Problem => ({
  type: 'about:blank',
  title: 'Unreachable',
  status,
  detail: 'pinger cannot be reached: is it running?',
});
