import { FIRST_SOURCE_PORT, LAST_SOURCE_PORT } from '../packet/source-port.ts';
import type { Family } from '../transport.ts';
import { LITTLE } from './message-vector.ts';

/** Classic BPF, <linux/bpf_common.h>: https://docs.kernel.org/networking/filter.html */
const LOAD_HALF = 0x28;
const LOAD_HALF_INDEXED = 0x48;
const LOAD_HEADER_LENGTH = 0xb1;
const JUMP_IF_NOT_LESS = 0x35;
const JUMP_IF_GREATER = 0x25;
const RETURN = 0x06;

const WHOLE = 0xffff_ffff;

type Instruction = [code: number, ifTrue: number, ifFalse: number, value: number];

/** Lets through what goes to a port that probes come from. The kernel shows filters IPv4 headers, and of IPv6 none. */
export const toSourcePorts = (family: Family): Buffer =>
  encode([
    ...(family === 4
      ? ([
          [LOAD_HEADER_LENGTH, 0, 0, 0],
          [LOAD_HALF_INDEXED, 0, 0, 2],
        ] satisfies Instruction[])
      : ([[LOAD_HALF, 0, 0, 2]] satisfies Instruction[])),
    [JUMP_IF_NOT_LESS, 0, 2, FIRST_SOURCE_PORT],
    [JUMP_IF_GREATER, 1, 0, LAST_SOURCE_PORT],
    [RETURN, 0, 0, WHOLE],
    [RETURN, 0, 0, 0],
  ]);

/** Lets nothing through. */
export const nothing = (): Buffer => encode([[RETURN, 0, 0, 0]]);

/** struct sock_filter, one a instruction. */
function encode(program: Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    view.setUint16(8 * index, code, LITTLE);
    view.setUint8(8 * index + 2, ifTrue);
    view.setUint8(8 * index + 3, ifFalse);
    view.setUint32(8 * index + 4, value, LITTLE);
  }
  return bytes;
}
