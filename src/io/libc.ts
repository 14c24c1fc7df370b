import type { KoffiFunc } from 'koffi';

/** What is called of the C library, each as its manual page has it. Where one returns -1, `errno` says why. */
export interface Libc {
  /** With one pointer. */
  ioctl: KoffiFunc<(fd: number, request: number, type: 'void *', argument: Uint8Array) => number>;
  read: KoffiFunc<(fd: number, buffer: Buffer, size: number) => number>;
  write: KoffiFunc<(fd: number, buffer: Buffer, size: number) => number>;
  ppoll: KoffiFunc<(polled: Uint8Array, count: number, timeout: Timespec, signals: null) => number>;
  /** With one number. */
  prctl: KoffiFunc<(option: number, type: 'unsigned long', argument: number) => number>;
  sched_setscheduler: KoffiFunc<(pid: number, policy: number, parameters: Int32Array) => number>;
  /** The name of the last error, such as EPERM. */
  errno(): string;
  /** Calls back whenever there is something to read, until it is closed. Keeps the process alive. */
  watch(fd: number, readable: () => void): { close(): void };
}

export interface Timespec {
  tv_sec: number;
  tv_nsec: number;
}

let loaded: Libc | undefined;

/** The C library that this process runs with anyway. Throws whatever koffi fails with where it has no build for this host. */
export async function loadLibc(): Promise<Libc> {
  if (loaded) return loaded;
  const { default: koffi } = await import('koffi');
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
    sched_setscheduler: library.func('int sched_setscheduler(int, int, void *)'),
    errno: () => names.get(koffi.errno()) ?? `errno ${koffi.errno()}`,
    watch: (fd, readable) => koffi.node.poll(fd, { readable: true }, readable),
  };
  return loaded;
}
