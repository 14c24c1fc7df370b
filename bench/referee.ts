import { phaseOf } from '../src/probing/schedule.ts';
import { ECHO_REQUEST, echoesOf } from './capture.ts';
import { median, quantile, sorted } from './quantiles.ts';

/** A probe as it was on the wire. */
export interface TrueProbe {
  target: number;
  id: number;
  sequence: number;
  /** When the request passed the prober's interface, ns. */
  sentAt: number;
  /** From the request to the reply as both passed it, ns; NaN where none came. */
  rtt: number;
}

/** What tells probes apart while they are out. */
export const keyOf = (target: number, id: number, sequence: number): number =>
  (target * 65_536 + id) * 65_536 + sequence;

/** All probes of a capture, in the order of sending. */
export function trueProbes(file: string): TrueProbe[] {
  const probes: TrueProbe[] = [];
  const out = new Map<number, TrueProbe>();
  for (const { at, type, target, id, sequence } of echoesOf(file)) {
    const key = keyOf(target, id, sequence);
    if (type === ECHO_REQUEST) {
      const probe = { target, id, sequence, sentAt: at, rtt: Number.NaN };
      probes.push(probe);
      out.set(key, probe);
      continue;
    }
    const probe = out.get(key);
    if (probe && Number.isNaN(probe.rtt)) probe.rtt = at - probe.sentAt;
  }
  return probes;
}

/** The same, of each destination by itself. */
export function byTarget(probes: readonly TrueProbe[]): Map<number, TrueProbe[]> {
  const targets = new Map<number, TrueProbe[]>();
  for (const probe of probes) {
    const known = targets.get(probe.target);
    if (known) known.push(probe);
    else targets.set(probe.target, [probe]);
  }
  return targets;
}

/** When each request left, ns, of each destination; as `byTarget`, for captures too long for that. */
export function sendTimes(file: string): Map<number, number[]> {
  const targets = new Map<number, number[]>();
  for (const { at, type, target } of echoesOf(file)) {
    if (type !== ECHO_REQUEST) continue;
    const known = targets.get(target);
    if (known) known.push(at);
    else targets.set(target, [at]);
  }
  return targets;
}

/** How long a round takes: the middle of the gaps between two requests to the same destination, ms. */
export function roundOf(times: Map<number, number[]>): number {
  const gaps: number[] = [];
  for (const sent of times.values())
    for (let n = 1; n < sent.length; n++) gaps.push(((sent[n] as number) - (sent[n - 1] as number)) / 1e6);
  return median(gaps);
}

export interface Punctuality {
  /** Requests that left. */
  sent: number;
  /** How long after its due time each left, ms. */
  latenessP50: number;
  latenessP99: number;
  latenessP999: number;
  latenessMax: number;
  /** By how much each gap between two of a destination's requests is off the interval, ms. */
  gapP999: number;
  gapMax: number;
  /** Gaps longer than one and a half intervals: a probe is missing. */
  missing: number;
}

/**
 * How punctual pinger was, from the capture alone and not by its own word.
 *
 * Its due times are a grid: each destination's phase follows from its id (target + 1: rows are added to an empty table in this
 * order), and all lie on one origin that is not known. No probe leaves before it is due, so that of all of them the one that is the
 * earliest on its grid gives the latest that the origin can be.
 */
export function punctuality(times: Map<number, number[]>, interval: number, warmUp: number): Punctuality {
  const lateness: number[] = [];
  const gaps: number[] = [];
  let missing = 0;
  let first = Number.POSITIVE_INFINITY;
  for (const sent of times.values()) first = Math.min(first, sent[0] ?? first);
  const from = first + warmUp * 1e6;
  for (const [target, sent] of times) {
    const phase = phaseOf(target + 1, interval);
    let last = Number.NaN;
    for (const at of sent) {
      if (at < from) continue;
      const ms = at / 1e6;
      lateness.push((ms - phase) % interval);
      if (!Number.isNaN(last)) {
        const gap = ms - last;
        gaps.push(Math.abs(gap - Math.max(1, Math.round(gap / interval)) * interval));
        if (gap > 1.5 * interval) missing++;
      }
      last = ms;
    }
  }
  unwrap(lateness, interval);
  const late = sorted(lateness);
  const off = sorted(gaps);
  const origin = late[0] ?? Number.NaN;
  const at = (q: number) => quantile(late, q) - origin;
  return {
    sent: late.length,
    latenessP50: at(0.5),
    latenessP99: at(0.99),
    latenessP999: at(0.999),
    latenessMax: at(1),
    gapP999: quantile(off, 0.999),
    gapMax: quantile(off, 1),
    missing,
  };
}

/** Times on a circle as times around the middle of them, in place: the origin may lie anywhere on it. */
function unwrap(times: number[], round: number): void {
  const angle = (2 * Math.PI) / round;
  let x = 0;
  let y = 0;
  for (const time of times) {
    x += Math.cos(time * angle);
    y += Math.sin(time * angle);
  }
  const middle = Math.atan2(y, x) / angle;
  for (const [n, time] of times.entries())
    times[n] = ((((time - middle) % round) + 1.5 * round) % round) - round / 2;
}
