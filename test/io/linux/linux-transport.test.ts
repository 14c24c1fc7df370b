import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseTransport } from '../../../src/io/choose-transport.ts';
import { SystemClock } from '../../../src/io/clock.ts';
import { decode } from '../../../src/io/packet/decode.ts';
import { encodeEchoRequest } from '../../../src/io/packet/icmp.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../../src/io/packet/ip.ts';
import { encodeSyn } from '../../../src/io/packet/tcp.ts';
import { encodeDatagram } from '../../../src/io/packet/udp.ts';
import type {
  Family,
  OutgoingPacket,
  ReceivedPacket,
  SendOutcome,
  Transport,
} from '../../../src/io/transport.ts';
import { until } from '../../support/command.ts';
import { canOpenRawSockets } from '../../support/privileges.ts';

const clock = new SystemClock();
const HOST = { 4: '127.0.0.1', 6: '::1' } as const;
/** Where nobody listens. */
const CLOSED = 9;

const echo = (family: Family, rseq = 1, size = 8): OutgoingPacket => ({
  family,
  protocol: family === 4 ? ICMP : ICMP6,
  address: HOST[family],
  ttl: 33,
  bytes: encodeEchoRequest({ family, rid: 0x7a01, rseq, payload: Buffer.alloc(size, 'x') }),
});

const syn = (family: Family, port: number = CLOSED): OutgoingPacket => ({
  family,
  protocol: TCP,
  address: HOST[family],
  ttl: 33,
  bytes: encodeSyn({ family, rid: 0x7f01, port, sequence: 5, data: Buffer.alloc(0) }),
});

const datagram = (family: Family, rid = 0x7f02, size = 3): OutgoingPacket => ({
  family,
  protocol: UDP,
  address: HOST[family],
  ttl: 33,
  bytes: encodeDatagram({ rid, port: CLOSED, data: Buffer.alloc(size, 'y') }),
});

describe.skipIf(!canOpenRawSockets())('the Linux transport', () => {
  let transport: Transport;
  let received: ReceivedPacket[];
  beforeEach(() => {
    received = [];
    transport = chooseTransport('linux', clock);
    transport.open({
      received: (packets) => received.push(...packets),
      noticed() {},
      failed(error) {
        throw error;
      },
    });
  });
  afterEach(() => transport.close());

  function send(...packets: OutgoingPacket[]): SendOutcome[] {
    const outcomes: SendOutcome[] = [];
    transport.send(packets, (index, outcome) => {
      expect(outcomes[index]).toBeUndefined();
      outcomes[index] = outcome;
    });
    return outcomes;
  }

  const sentAt = (outcome: SendOutcome | undefined): number => (outcome as { sentAt: number }).sentAt;
  const codeOf = (outcome: SendOutcome | undefined): string =>
    outcome && 'error' in outcome ? outcome.error.code : '';

  test.each([4, 6] as const)(
    'sends and receives each protocol of IPv%i, with the times of the kernel',
    async (family) => {
      const before = clock.now();
      const outcomes = send(echo(family), syn(family), datagram(family));
      const after = clock.now();
      await until(() => received.length === 3);
      const times = outcomes.map(sentAt);
      for (const at of times) expect(at).toBeGreaterThan(before - 0.05);
      for (const at of times) expect(at).toBeLessThan(after + 0.05);
      const answers = received.map((packet) => decode(packet));
      expect(answers.map((answer) => answer?.kind).sort()).toEqual(['echo', 'error', 'segment']);
      for (const answer of answers) {
        expect(answer).toMatchObject({ address: HOST[family], rttl: 64 });
        // On loopback the answer is there before the call that sends has returned.
        expect(answer?.receivedAt).toBeGreaterThan(Math.min(...times));
        expect(answer?.receivedAt).toBeLessThan(after + 0.05);
      }
    },
  );

  test('a batch longer than a call takes, of packets short and long, arrives whole and in order', async () => {
    const sizes = Array.from({ length: 150 }, (_, n) => (n % 50 === 49 ? 20_000 : 8 + n));
    const outcomes = send(...sizes.map((size, n) => echo(4, n, size)));
    const times = outcomes.map(sentAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await until(() => received.length === sizes.length);
    const answers = received.map((packet) => decode(packet)) as {
      rseq: number;
      payload: Buffer;
      receivedAt: number;
    }[];
    expect(answers.map(({ rseq }) => rseq)).toEqual(sizes.map((_, n) => n));
    expect(answers.map(({ payload }) => payload.length)).toEqual(sizes);
    for (const { rseq, receivedAt } of answers) {
      const rtt = receivedAt - (times[rseq] as number);
      expect(rtt).toBeGreaterThan(0);
      expect(rtt).toBeLessThan(5);
    }
    expect(transport.counters()).toEqual({ sent: 150, received: 150, dropped: 0, queued: 0 });
  });

  test('whoever was held up reads everything that has come, however much, before anything else has its turn', async () => {
    const count = 10_000;
    send(...Array.from({ length: count }, (_, n) => echo(4, n)));
    await until(() => received.length > 0);
    expect(received.length).toBe(count);
  });

  test('what the kernel refuses fails alone, and the times of the others stay their own', async () => {
    const bad = { ...echo(4, 2), address: '255.255.255.255' };
    const long = echo(4, 4, 65_507);
    const outcomes = send(echo(4, 1), bad, echo(4, 3), { ...long, bytes: Buffer.alloc(70_000) }, echo(4, 5));
    expect(outcomes.map(codeOf)).toEqual(['', 'EACCES', '', 'EMSGSIZE', '']);
    await until(() => received.length === 3);
    const again = send(echo(4, 6));
    await until(() => received.length === 4);
    const answers = received.map((packet) => decode(packet)) as { rseq: number; receivedAt: number }[];
    const sent = new Map(
      [1, 3, 5].map((rseq) => [rseq, sentAt(outcomes[rseq - 1])]).concat([[6, sentAt(again[0])]]) as [
        number,
        number,
      ][],
    );
    for (const { rseq, receivedAt } of answers) {
      expect(receivedAt - (sent.get(rseq) as number)).toBeGreaterThan(0);
      expect(receivedAt - (sent.get(rseq) as number)).toBeLessThan(2);
    }
    expect(transport.counters()).toMatchObject({ sent: 4, received: 4 });
  });

  test('hears nothing of other traffic: no request, and no port that probes do not come from', async () => {
    send(syn(4), datagram(4));
    await until(() => received.length === 2);
    // One below and one above the ports that probes come from.
    const others = [0x3fff, 0x8000].map((port) => createSocket('udp4').bind(port, HOST[4]));
    const [other] = others as [Socket, Socket];
    await Promise.all(others.map((each) => once(each, 'listening')));
    for (let n = 0; n < 100; n++) for (const port of [0x3fff, 0x8000]) other.send('noise', port, HOST[4]);
    other.send('to a source port', 0x7f02, HOST[4]);
    await until(() => received.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const each of others) each.close();
    const last = received.at(-1) as ReceivedPacket;
    expect(last.bytes.subarray(28).toString()).toBe('to a source port');
    expect(received).toHaveLength(3);
  });

  test('holds the ports of UDP probes alone, says who has one, and lets them go', async () => {
    const other = createSocket('udp4');
    other.bind(0x7f03);
    await once(other, 'listening');
    const [outcome, fine] = send(datagram(4, 0x7f03), datagram(4, 0x7f04));
    expect(outcome).toMatchObject({
      error: { code: 'EADDRINUSE', message: `UDP port ${0x7f03} of this host: another program has it` },
    });
    expect(sentAt(fine)).toBeGreaterThan(0);
    other.close();
    transport.close();
    const free = createSocket('udp4');
    free.bind(0x7f04);
    await once(free, 'listening');
    free.close();
  });

  test('a closed one sends nothing, and can be opened again', async () => {
    transport.close();
    expect(send(echo(4)).map(codeOf)).toEqual(['ENOTCONN']);
    transport.open({ received: (packets) => received.push(...packets), noticed() {}, failed() {} });
    send(echo(6));
    await until(() => received.length === 1);
    expect(transport.counters()).toEqual({ sent: 1, received: 1, dropped: 0, queued: 0 });
  });
});

test('raw-socket is another, by its name', () => {
  expect(chooseTransport('raw-socket', clock).constructor.name).toBe('RawSocketTransport');
  expect(chooseTransport('auto', clock).constructor.name).toBe('PermittedTransport');
});
