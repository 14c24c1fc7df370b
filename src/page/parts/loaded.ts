import { useEffect, useState } from 'preact/hooks';
import { request } from '../api/client.ts';

export interface Loaded<Answer> {
  /** The newest answer; while another is under way, that of before. */
  answer: Answer | undefined;
  problem: string | undefined;
  isLoading: boolean;
  reload: () => void;
}

/** What the API answers to a GET; undefined asks nothing. `every`: how often again, ms. */
export function useLoaded<Answer>(
  path: string | undefined,
  { every }: { every?: number } = {},
): Loaded<Answer> {
  const [round, setRound] = useState(0);
  const [known, setKnown] = useState<{ path?: string; answer?: Answer; problem?: string }>({});
  useEffect(() => {
    if (path === undefined) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    request<Answer>(path, { signal: abort.signal })
      .then(
        (answer) => setKnown({ path, answer }),
        (error: Error) => {
          if (!abort.signal.aborted) setKnown((before) => ({ ...before, path, problem: error.message }));
        },
      )
      .finally(() => {
        if (every !== undefined && !abort.signal.aborted) timer = setTimeout(again, every);
      });
    const again = () => {
      if (document.hidden) timer = setTimeout(again, every);
      else setRound((before) => before + 1);
    };
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, every, round]);
  return {
    answer: known.answer,
    problem: known.path === path ? known.problem : undefined,
    isLoading: known.path !== path,
    reload: () => setRound((before) => before + 1),
  };
}
