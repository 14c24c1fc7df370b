import { type Libc, loadLibc } from '../io/libc.ts';

// <sys/socket.h>, of Linux
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

/** Of a struct sockaddr_un: its family, and the longest path. */
const FAMILY_BYTES = 2;
const LONGEST_PATH = 107;

/** The socket of a service manager: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html */
export class NotifySocket {
  readonly #libc: Libc;
  readonly #fd: number;

  private constructor(libc: Libc, fd: number) {
    this.#libc = libc;
    this.#fd = fd;
  }

  /** `path`: of a socket, or with @ before the name of an abstract one. Throws an Error that says why there is nobody to be told. */
  static connect(path: string): NotifySocket {
    const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : path);
    if (!/^[/@]./.test(path) || name.length > LONGEST_PATH) throw new Error('not the path of a unix socket');
    const libc = loadLibc();
    const address = Buffer.alloc(FAMILY_BYTES + name.length);
    new Uint16Array(address.buffer, address.byteOffset, 1)[0] = AF_UNIX;
    name.copy(address, FAMILY_BYTES);
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) throw new Error(libc.errno());
    if (libc.connect(fd, address, address.length) < 0) {
      const reason = libc.errno();
      libc.close(fd);
      throw new Error(reason);
    }
    return new NotifySocket(libc, fd);
  }

  /** Says a line each, such as `READY=1`. Whether it was said: a manager that is busy is told the next time. */
  send(...lines: string[]): boolean {
    const message = Buffer.from(lines.join('\n'));
    return this.#libc.write(this.#fd, message, message.length) === message.length;
  }

  close(): void {
    this.#libc.close(this.#fd);
  }
}
