import type { Clock } from '../io/clock.ts';
import { type Libc, loadLibc } from '../io/libc.ts';
import { DatagramTransport } from '../io/linux/datagram-transport.ts';
import { LinuxTransport } from '../io/linux/linux-transport.ts';
import { ALLOW_DATAGRAM_SOCKETS, ALLOW_RAW_SOCKETS } from '../io/permission.ts';
import { RawSocketTransport } from '../io/raw-socket.ts';
import type { Transport } from '../io/transport.ts';
import type { Finding } from './finding.ts';

/** Which sockets this user may open here, and so which transport a pinger would choose. */
export function socketFindings(clock: Clock): Finding[] {
  const libc = linuxLibc();
  const exact = libc && tried(new LinuxTransport(libc, clock));
  const portable = exact === undefined ? 'not needed' : tried(new RawSocketTransport(clock));
  const raw = exact === undefined && libc ? undefined : portable;
  const datagram = libc ? tried(new DatagramTransport(libc, clock)) : 'only the Linux transport has them';
  return [
    rawFinding(raw, datagram),
    datagramFinding(raw, datagram),
    transportFinding({ libc, exact, portable, datagram }),
  ];
}

/** What keeps a transport from being opened; undefined where nothing does. */
function tried(transport: Transport): string | undefined {
  try {
    transport.open({ received() {}, noticed() {}, failed() {} });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  } finally {
    transport.close();
  }
}

function linuxLibc(): Libc | undefined {
  try {
    return process.platform === 'linux' ? loadLibc() : undefined;
  } catch {
    return undefined;
  }
}

function rawFinding(raw: string | undefined, datagram: string | undefined): Finding {
  const check = 'raw sockets';
  if (raw === undefined) return { check, status: 'ok', message: 'allowed: ICMP, TCP and UDP can be probed' };
  const message = `not allowed (${raw}): ${datagram === undefined ? 'TCP and UDP cannot' : 'nothing can'} be probed`;
  return { check, status: datagram === undefined ? 'warn' : 'fail', message, advice: ALLOW_RAW_SOCKETS };
}

function datagramFinding(raw: string | undefined, datagram: string | undefined): Finding {
  const check = 'datagram sockets';
  if (datagram === undefined)
    return { check, status: 'ok', message: 'allowed: ICMP can be probed without privileges' };
  if (raw === undefined) return { check, status: 'ok', message: `not allowed (${datagram}), nor needed` };
  return { check, status: 'warn', message: `not allowed (${datagram})`, advice: ALLOW_DATAGRAM_SOCKETS };
}

interface Tried {
  libc: Libc | undefined;
  exact: string | undefined;
  portable: string | undefined;
  datagram: string | undefined;
}

function transportFinding({ libc, exact, portable, datagram }: Tried): Finding {
  const check = 'transport';
  if (libc && exact === undefined)
    return { check, status: 'ok', message: "linux, with raw sockets and the kernel's own times" };
  if (libc && datagram === undefined)
    return { check, status: 'ok', message: "linux, with datagram sockets and the kernel's own times" };
  if (portable === undefined)
    return {
      check,
      status: 'warn',
      message: 'raw-socket: round-trip times include the time until this process reads',
    };
  return { check, status: 'fail', message: 'none can be opened' };
}
