import { expect, test } from 'vitest';
import type { OutgoingPacket, SendOutcome, Transport } from '../../src/io/transport.ts';
import { GuardedTransport } from '../../src/trace/guarded-transport.ts';

const packet = (ttl: number): OutgoingPacket => ({
  family: 4,
  protocol: 1,
  address: '192.0.2.1',
  ttl,
  bytes: Buffer.alloc(0),
});

test('packets that are let through are sent and settle under their own number, the others settle unsent', () => {
  const sent: number[] = [];
  const inner: Transport = {
    open() {},
    close() {},
    counters: () => ({ sent: sent.length, received: 0, dropped: 0 }),
    send(packets, settled) {
      for (const [index, { ttl }] of packets.entries()) {
        sent.push(ttl);
        settled(index, { sentAt: ttl * 100 });
      }
    },
  };
  const outcomes: SendOutcome[] = [];
  const transport = new GuardedTransport(inner, ({ ttl }) => ttl % 2 === 0);
  transport.send([1, 2, 3, 4].map(packet), (index, outcome) => {
    outcomes[index] = outcome;
  });
  expect(sent).toEqual([2, 4]);
  const error = expect.objectContaining({ code: 'ECANCELED' });
  expect(outcomes).toEqual([{ error }, { sentAt: 200 }, { error }, { sentAt: 400 }]);
  expect(transport.counters().sent).toBe(2);
});
