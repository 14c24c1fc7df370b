import { describe, expect, test } from 'vitest';
import { Flight, LATE_WINDOW, type Probe } from '../../src/probing/flight.ts';
import { route, settings } from '../support/probes.ts';

const send = (flight: Flight, at: number): Probe => {
  const probe = flight.make(settings(), route(), 1, at);
  probe.sentAt = at;
  flight.advance(probe, 'pending');
  return probe;
};

test('sequences are consecutive and wrap at 65,536', () => {
  const flight = new Flight();
  const sequences: number[] = [];
  for (let n = 0; n < 65_538; n++) {
    const probe = send(flight, n);
    sequences.push(probe.rseq);
    flight.advance(probe, 'answered');
  }
  expect(sequences.slice(0, 2)).toEqual([0, 1]);
  expect(sequences.slice(-3)).toEqual([65_535, 0, 1]);
});

test('a sequence in flight is refused after the wrap, not overwritten', () => {
  const flight = new Flight();
  const first = send(flight, 0);
  for (let n = 1; n < 65_536; n++) flight.advance(send(flight, n), 'answered');
  expect(flight.free).toBe(false);
  expect(() => send(flight, 65_536)).toThrow('sequence 0 is in flight');
  expect(flight.find(0)).toBe(first);

  expect(flight.takeSequence()).toBe(0);
  expect(flight.free).toBe(true);
  expect(send(flight, 65_537).rseq).toBe(1);
  expect(flight.find(0)).toBe(first);
});

test('a sequence whose probe was answered or has expired is given out again', () => {
  const flight = new Flight();
  flight.advance(send(flight, 0), 'expired');
  for (let n = 1; n < 65_536; n++) flight.advance(send(flight, n), 'answered');
  const again = send(flight, 65_536);
  expect(again.rseq).toBe(0);
  expect(flight.find(0)).toBe(again);
});

describe('counts of what is in flight', () => {
  test('follow each probe from the socket to its end', () => {
    const flight = new Flight();
    const probe = flight.make(settings(), route(), 1, 0);
    expect([flight.handed, flight.pending, flight.inFlight]).toEqual([1, 0, 1]);
    flight.advance(probe, 'pending');
    expect([flight.handed, flight.pending, flight.inFlight]).toEqual([0, 1, 1]);
    flight.advance(probe, 'expired');
    flight.advance(probe, 'answered');
    expect([flight.handed, flight.pending, flight.inFlight]).toEqual([0, 0, 0]);
  });

  test('forget a probe that never left', () => {
    const flight = new Flight();
    flight.advance(flight.make(settings(), route(), 1, 0), 'void');
    expect(flight.inFlight).toBe(0);
    expect(flight.find(0)).toBeUndefined();
  });
});

test('memory stays bounded: a probe makes room once its answer would come too late', () => {
  const flight = new Flight();
  for (let at = 0; at < 100_000; at += 100) {
    flight.advance(send(flight, at), 'expired');
    const kept = (LATE_WINDOW + settings().timeout) / 100;
    expect(flight.capacity).toBeLessThanOrEqual(128);
    const oldest = at / 100 - kept + 1;
    if (oldest >= 0) expect(flight.find(oldest)?.rseq).toBe(oldest);
  }
});

test('probes in flight are listed the oldest first, also after a wrap', () => {
  const flight = new Flight();
  for (let n = 0; n < 65_534; n++) flight.advance(send(flight, n), 'answered');
  for (let n = 0; n < 4; n++) send(flight, 70_000 + n);
  expect(flight.inFlightProbes().map(({ rseq }) => rseq)).toEqual([65_534, 65_535, 0, 1]);
});
