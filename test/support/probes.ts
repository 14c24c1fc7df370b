import type { Settings } from '../../src/entities/settings.ts';
import { NONCE_LENGTH } from '../../src/io/packet/icmp.ts';
import type { Probe, Route } from '../../src/probing/flight.ts';

export const settings = (changed: Partial<Settings> = {}): Settings => ({
  id: 1,
  address: '198.51.100.7',
  named: false,
  protocol: 3,
  family: 4,
  port: null,
  interval: 1000,
  timeout: 1000,
  ttl: 64,
  data: Buffer.from('data'),
  ...changed,
});

export const route = (changed: Partial<Route> = {}): Route => ({
  address: '198.51.100.7',
  target: '198.51.100.7',
  protocol: 1,
  port: null,
  identifiers: { free: true, take: () => 0x0700, avoid() {} },
  lane: 0,
  token: 0xdecade,
  ...changed,
});

/** An echo request's payload: its nonce, then the destination's data. */
export function payloadOf({ route, nonce, settings }: Probe): Buffer {
  const payload = Buffer.alloc(NONCE_LENGTH + settings.data.length);
  payload.writeUInt32BE(route.token, 0);
  payload.writeUInt32BE(nonce, 4);
  settings.data.copy(payload, NONCE_LENGTH);
  return payload;
}
