import { RECEIVE_BUFFER } from '../io/linux/descriptor.ts';
import { noticeOfSharedPorts } from '../io/local-ports.ts';
import { type Finding, type Load, mebibytes, type ReadFile } from './finding.ts';

/** From so many probes a second on, what the kernel buffers by default may not hold the answers of a busy moment. */
const BUSY = 1000;

/** Sockets of all protocols, held UDP ports and the database take some 200. */
const FILES = 512;

// <linux/capability.h>
const CAP_NET_ADMIN = 12;

/** What a process takes at rest, and what each destination adds: bytes. */
const AT_REST = 100 * 2 ** 20;
const A_DESTINATION = 3 * 2 ** 10;

/** The kernel's limits, against what the destinations ask for. https://docs.kernel.org/networking/ip-sysctl.html */
export const kernelFindings = (read: ReadFile, load: Load): Finding[] => [
  receiveBuffer(read, load),
  icmpLimits(read),
  sourcePorts(read, load),
  openFiles(read),
  memory(read, load),
];

function receiveBuffer(read: ReadFile, { rate }: Load): Finding {
  const check = 'receive buffer';
  const most = numberIn(read('/proc/sys/net/core/rmem_max'));
  const [, capabilities = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(read('/proc/self/status') ?? '') ?? [];
  if ((BigInt(`0x${capabilities}`) >> BigInt(CAP_NET_ADMIN)) & 1n)
    return { check, status: 'ok', message: `${mebibytes(RECEIVE_BUFFER)}, which this user may ask for` };
  if (most === undefined) return unknown(check, 'net.core.rmem_max');
  const message = `net.core.rmem_max allows ${mebibytes(most)} of the ${mebibytes(RECEIVE_BUFFER)} that are asked for`;
  if (most >= RECEIVE_BUFFER || rate < BUSY) return { check, status: 'ok', message };
  const advice = `sudo sysctl -w net.core.rmem_max=${RECEIVE_BUFFER}`;
  return {
    check,
    status: 'warn',
    message: `${message}; ${Math.round(rate)} probes a second may need more`,
    advice,
  };
}

/** They are about what this host answers, and so about destinations on it. */
function icmpLimits(read: ReadFile): Finding {
  const check = 'ICMP limits';
  const [interval, most] = [
    numberIn(read('/proc/sys/net/ipv4/icmp_ratelimit')),
    numberIn(read('/proc/sys/net/ipv4/icmp_msgs_per_sec')),
  ];
  if (interval === undefined || most === undefined) return unknown(check, 'net.ipv4.icmp_ratelimit');
  const each = interval === 0 ? 'without a limit to each address' : `one in ${interval} ms to each address`;
  return {
    check,
    status: 'ok',
    message: `this host sends ${most} ICMP errors a second at most, ${each}; it matters only to who probes this host`,
  };
}

function sourcePorts(read: ReadFile, { ports }: Load): Finding {
  const check = 'source ports';
  const notice = noticeOfSharedPorts((path) => read(path) ?? '');
  if (notice === undefined)
    return { check, status: 'ok', message: 'those of TCP and UDP probes are given to nobody else' };
  const [message = '', advice = ''] = notice.split(/; reserve them: /);
  if (!ports) return { check, status: 'ok', message: `${message}; nothing is probed by TCP or UDP` };
  return { check, status: 'warn', message, advice: `sudo ${advice}` };
}

function openFiles(read: ReadFile): Finding {
  const check = 'open files';
  const [, most] = /^Max open files\s+(\d+|unlimited)/m.exec(read('/proc/self/limits') ?? '') ?? [];
  if (most === undefined) return unknown(check, 'the limit of open files');
  const message = `${most} at most`;
  if (most === 'unlimited' || Number(most) >= FILES) return { check, status: 'ok', message };
  return { check, status: 'warn', message: `${message}, which may not do`, advice: `ulimit -n ${FILES * 2}` };
}

function memory(read: ReadFile, { destinations }: Load): Finding {
  const check = 'memory';
  const [, kibibytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '') ?? [];
  if (kibibytes === undefined) return unknown(check, 'the memory that is available');
  const [available, needed] = [Number(kibibytes) * 1024, AT_REST + destinations * A_DESTINATION];
  const message = `${mebibytes(available)} available, some ${mebibytes(needed)} needed`;
  return { check, status: available < needed ? 'warn' : 'ok', message };
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;

const unknown = (check: string, what: string): Finding => ({
  check,
  status: 'warn',
  message: `this host does not tell ${what}`,
});
