import { createRequire } from 'node:module';
import type { KoffiFunc } from 'koffi';

/** What is called of the C library, each as its manual page has it. Where one returns -1, `errno` says why. */
export interface Libc {
  /** With one pointer. */
  ioctl: KoffiFunc<(fd: number, request: number, type: 'void *', argument: Uint8Array) => number>;
  read: KoffiFunc<(fd: number, buffer: Buffer, size: number) => number>;
  write: KoffiFunc<(fd: number, buffer: Buffer, size: number) => number>;
  ppoll: KoffiFunc<(polled: Uint8Array, count: number, timeout: Timespec, signals: null) => number>;
  /** With numbers, each behind its type. */
  prctl: KoffiFunc<(option: number, ...values: ('unsigned long' | number)[]) => number>;
  /** With one number. */
  fcntl: KoffiFunc<(fd: number, command: number, type: 'int', argument: number) => number>;
  /** With a null after the last argument; returns only where it fails. */
  execv: KoffiFunc<(path: string, args: readonly (string | null)[]) => number>;
  sched_setscheduler: KoffiFunc<(pid: number, policy: number, parameters: Int32Array) => number>;
  socket: KoffiFunc<(domain: number, type: number, protocol: number) => number>;
  close: KoffiFunc<(fd: number) => number>;
  bind: KoffiFunc<(fd: number, address: Uint8Array, length: number) => number>;
  connect: KoffiFunc<(fd: number, address: Uint8Array, length: number) => number>;
  getsockname: KoffiFunc<(fd: number, address: Uint8Array, length: Uint32Array) => number>;
  setsockopt: KoffiFunc<
    (fd: number, level: number, option: number, value: NodeJS.TypedArray | bigint, length: number) => number
  >;
  getsockopt: KoffiFunc<
    (fd: number, level: number, option: number, value: Uint8Array, length: Uint32Array) => number
  >;
  sendmmsg: KoffiFunc<(fd: number, messages: bigint, count: number, flags: number) => number>;
  recvmmsg: KoffiFunc<
    (fd: number, messages: bigint, count: number, flags: number, timeout: bigint) => number
  >;
  clock_gettime: KoffiFunc<(clock: number, timespec: BigInt64Array) => number>;
  /** With a struct timex, which is filled in. */
  adjtimex: KoffiFunc<(timex: Uint8Array) => number>;
  if_nametoindex: KoffiFunc<(name: string) => number>;
  /** Of a pointer, bytes. */
  pointerSize: number;
  /** Where bytes lie in memory; they stay there as long as they are referred to. */
  address(bytes: Uint8Array): bigint;
  /** The name of the last error, such as EPERM. */
  errno(): string;
  /** Calls back whenever there is something to read, of an error queue too, unless it is stopped, until it is closed. Keeps the process alive. */
  watch(fd: number, readable: () => void): Watch;
}

export interface Watch {
  stop(): void;
  start(): void;
  close(): void;
}

export interface Timespec {
  tv_sec: number;
  tv_nsec: number;
}

let loaded: Libc | undefined;

/** Only where something asks for the C library is its native module loaded, and then at once. */
const require = createRequire(import.meta.url);

/** The C library that this process runs with anyway. Throws whatever koffi fails with where it has no build for this host. */
export function loadLibc(): Libc {
  if (loaded) return loaded;
  const koffi: typeof import('koffi') = require('koffi');
  // Null: whichever is loaded, glibc or musl.
  const library = koffi.load(null);
  const timespec = koffi.struct({ tv_sec: 'long', tv_nsec: 'long' });
  // Of names that share a number the first one counts: EAGAIN before EWOULDBLOCK.
  const names = new Map(
    Object.entries(koffi.os.errno)
      .sort()
      .reverse()
      .map(([name, value]) => [value, name]),
  );
  loaded = {
    ioctl: library.func('int ioctl(int, unsigned long, ...)'),
    read: library.func('intptr_t read(int, void *, uintptr_t)'),
    write: library.func('intptr_t write(int, void *, uintptr_t)'),
    ppoll: library.func('ppoll', 'int', ['void *', 'unsigned long', koffi.pointer(timespec), 'void *']),
    prctl: library.func('int prctl(int, ...)'),
    fcntl: library.func('int fcntl(int, int, ...)'),
    execv: library.func('int execv(const char *, const char **)'),
    sched_setscheduler: library.func('int sched_setscheduler(int, int, void *)'),
    socket: library.func('int socket(int, int, int)'),
    close: library.func('int close(int)'),
    bind: library.func('int bind(int, void *, uint32_t)'),
    connect: library.func('int connect(int, void *, uint32_t)'),
    getsockname: library.func('int getsockname(int, void *, void *)'),
    setsockopt: library.func('int setsockopt(int, int, int, void *, uint32_t)'),
    getsockopt: library.func('int getsockopt(int, int, int, void *, void *)'),
    sendmmsg: library.func('int sendmmsg(int, uintptr_t, unsigned int, int)'),
    recvmmsg: library.func('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)'),
    clock_gettime: library.func('int clock_gettime(int, void *)'),
    adjtimex: library.func('int adjtimex(void *)'),
    if_nametoindex: library.func('unsigned int if_nametoindex(const char *)'),
    pointerSize: koffi.sizeof('void *'),
    address: (bytes) => koffi.address(bytes),
    errno: () => names.get(koffi.errno()) ?? `errno ${koffi.errno()}`,
    watch(fd, readable) {
      let watched = true;
      // libuv's status comes first, whatever the types say. At POLLERR, which an error queue raises, libuv stops polling.
      const called = (status: unknown) => {
        readable();
        if (watched && status !== 0) poll.start({ readable: true }, called);
      };
      const poll = koffi.node.poll(fd, { readable: true }, called);
      return {
        stop() {
          watched = false;
          poll.stop();
        },
        start() {
          watched = true;
          poll.start({ readable: true }, called);
        },
        close() {
          watched = false;
          poll.close();
        },
      };
    },
  };
  return loaded;
}
