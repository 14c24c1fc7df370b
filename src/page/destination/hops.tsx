import { useEffect, useState } from 'preact/hooks';
import type { TraceBody } from '../../http/schemas/trace.ts';
import { request } from '../api/client.ts';
import { HopTable } from './hop-table.tsx';

/** How often a trace that runs is looked at, ms. */
const REFRESH = 500;

/** Probes to each hop. */
const COUNT = 10;

/** The path to a destination, traced when it is asked for. */
export function Hops({ destination }: { destination: number }) {
  const { trace, problem, isRunning, start, cancel } = useTrace(destination);
  return (
    <section aria-labelledby="hops-title">
      <h2 id="hops-title">Path</h2>
      <div class="section-controls">
        {isRunning ? (
          <button type="button" onClick={cancel}>
            Cancel the trace
          </button>
        ) : (
          <button type="button" onClick={start}>
            {trace ? 'Trace again' : 'Trace the path'}
          </button>
        )}
        <p class="faint" role="status">
          {statusOf(trace, isRunning)}
        </p>
      </div>
      {(problem ?? trace?.problem) && (
        <p class="problem" role="alert">
          {problem ?? trace?.problem}
        </p>
      )}
      {trace && trace.hops.length > 0 && <HopTable trace={trace} />}
    </section>
  );
}

function statusOf(trace: TraceBody | undefined, isRunning: boolean): string {
  if (!trace)
    return isRunning
      ? 'Starting …'
      : `${COUNT} probes to each hop, as with pinger trace; nothing of it is stored.`;
  const hops = `${trace.hops.length} ${trace.hops.length === 1 ? 'hop' : 'hops'} to ${trace.target}`;
  if (isRunning) return `Tracing: ${hops} so far.`;
  return trace.state === 'done' ? `Done: ${hops}, ${trace.count} probes each.` : `Ended: ${hops}.`;
}

function useTrace(destination: number) {
  const [trace, setTrace] = useState<TraceBody>();
  const [problem, setProblem] = useState<string>();
  const [abort, setAbort] = useState<AbortController>();
  // A trace that nobody looks at any more is not to go on.
  useEffect(() => {
    setTrace(undefined);
    setProblem(undefined);
    setAbort(undefined);
  }, [destination]);
  useEffect(() => () => abort?.abort(), [abort]);
  const start = () => {
    const begun = new AbortController();
    setAbort(begun);
    setProblem(undefined);
    setTrace(undefined);
    follow(destination, begun.signal, (seen) => !begun.signal.aborted && setTrace(seen))
      .catch((error: Error) => {
        if (!begun.signal.aborted) setProblem(error.message);
      })
      .finally(() => setAbort((current) => (current === begun ? undefined : current)));
  };
  return { trace, problem, isRunning: abort !== undefined, start, cancel: () => setAbort(undefined) };
}

/** Starts a trace and tells how it goes, until its end; given up, it is ended. */
async function follow(
  destination: number,
  signal: AbortSignal,
  tell: (trace: TraceBody) => void,
): Promise<void> {
  const body = { destination_id: destination, count: COUNT };
  let trace = await request<TraceBody>('/traces', { method: 'POST', body });
  const path = `/traces/${trace.id}`;
  const end = () => void request(path, { method: 'DELETE' }).catch(() => undefined);
  if (signal.aborted) return end();
  signal.addEventListener('abort', end);
  try {
    tell(trace);
    while (trace.state === 'running' && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, REFRESH));
      if (signal.aborted) return;
      trace = await request<TraceBody>(path, { signal });
      tell(trace);
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
}
