import { encodeEchoRequest } from '../io/packet/icmp.ts';
import { TCP, UDP } from '../io/packet/ip.ts';
import { encodeSyn } from '../io/packet/tcp.ts';
import { encodeDatagram } from '../io/packet/udp.ts';
import type { Probe } from './flight.ts';

/**
 * A probe's packet, without IP header; `rid` is the identifier that it carries. Checksums that cover the addresses
 * stay zero.
 */
export function encodeProbe(probe: Probe, rid = probe.rid): Buffer {
  const { route, rseq, nonce, settings } = probe;
  const { family, data } = settings;
  const port = route.port ?? 0;
  if (route.protocol === TCP) return encodeSyn({ family, rid, port, sequence: nonce, data });
  if (route.protocol === UDP) return encodeDatagram({ rid, port, data });
  return encodeEchoRequest({ family, rid, rseq, nonce: [route.token, nonce], payload: data });
}
