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
  /** By how much each gap between two of a destination's requests is off the interval, ms; a probe that is missing shows, too. */
  gapP999: number;
  gapMax: number;
}

/**
 * How punctual pinger was, from the capture alone and not by its own word.
 *
 * Its due times are a grid: each destination's phase follows from its id (target + 1: rows are added to an empty table in this
 * order), and all lie on one origin, which is found as `originOf` says.
 */
export function punctuality(times: Map<number, number[]>, interval: number, warmUp: number): Punctuality {
  const lateness: number[] = [];
  const gaps: number[] = [];
  let first = Number.POSITIVE_INFINITY;
  for (const sent of times.values()) first = Math.min(first, sent[0] ?? first);
  const from = first + warmUp * 1e6;
  for (const [target, sent] of times) {
    const phase = phaseOf(target + 1, interval);
    let last = Number.NaN;
    for (const at of sent) {
      if (at < from) continue;
      const ms = at / 1e6;
      lateness.push(modulo(ms - phase, interval));
      if (!Number.isNaN(last)) gaps.push(Math.abs(ms - last - interval));
      last = ms;
    }
  }
  const origin = originOf(lateness, interval);
  for (const [n, time] of lateness.entries())
    lateness[n] = Math.max(0, modulo(time - origin + EARLY, interval) - EARLY);
  const late = sorted(lateness);
  const off = sorted(gaps);
  const at = (q: number) => quantile(late, q);
  return {
    sent: late.length,
    latenessP50: at(0.5),
    latenessP99: at(0.99),
    latenessP999: at(0.999),
    latenessMax: at(1),
    gapP999: quantile(off, 0.999),
    gapMax: quantile(off, 1),
  };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** How exactly the origin is looked for, ms. */
const BIN = 0.1;
/** Where fewer than this share of all are in a bin, there is no edge of many. */
const FEW = 1e-4;
/** What lies between those that are on time and others, ms. */
const CLEAR = 1;
/** How much before the edge stray ones may lie, ms. */
const EARLY = 5;

/**
 * Where on the circle of an interval those begin that are on time: none is sent before it is due, so that they pile up behind a sharp
 * edge. From where most are, to the left, to the first millisecond in which there are hardly any.
 */
function originOf(times: readonly number[], interval: number): number {
  const bins = new Uint32Array(Math.ceil(interval / BIN));
  for (const time of times) {
    const bin = Math.floor(time / BIN) % bins.length;
    bins[bin] = (bins[bin] as number) + 1;
  }
  const enough = Math.max(1, times.length * FEW);
  const middle = bins.indexOf(Math.max(...bins));
  let edge = middle;
  for (let bin = middle - 1; edge - bin <= CLEAR / BIN && middle - bin < bins.length / 2; bin--)
    if ((bins[modulo(bin, bins.length)] as number) >= enough) edge = bin;
  return modulo(edge * BIN, interval);
}
