/** What pinger uses of https://github.com/nospaceships/node-raw-socket, which brings no types. */
declare module 'raw-socket' {
  import type { EventEmitter } from 'node:events';

  interface Request {
    afterCallback(error: Error | null, bytes: number): void;
  }

  interface Socket extends EventEmitter {
    /** Packets that wait for the socket to become writable. */
    readonly requests: Request[];
    send(
      buffer: Buffer,
      offset: number,
      length: number,
      address: string,
      beforeCallback: () => void,
      afterCallback: (error: Error | null, bytes: number) => void,
    ): void;
    setOption(level: number, option: number, value: number): void;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    getOption(level: number, option: number, value: Buffer, length: number): number;
    pauseRecv(): void;
    close(): void;
  }

  interface RawSocket {
    createSocket(options: { protocol: number; addressFamily: number; bufferSize?: number }): Socket;
  }

  const raw: RawSocket;
  export default raw;
  export type { RawSocket, Socket };
}
