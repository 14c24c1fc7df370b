/** `fail`: pinger does not work so; `warn`: something of what it is for is missing, or soon will be. */
export type Status = 'ok' | 'warn' | 'fail';

/** What was found of one thing that pinger needs. */
export interface Finding {
  check: string;
  status: Status;
  message: string;
  /** What to do about it. */
  advice?: string;
}

/** What the table of destinations asks of the host. */
export interface Load {
  /** Rows that are probed. */
  destinations: number;
  /** Probes a second of all of them. */
  rate: number;
  /** Whether any has a port. */
  ports: boolean;
  /** Whether any is an IPv6 one. */
  ipv6: boolean;
  /** Whether any is named by a host name. */
  names: boolean;
}

/** Of a table that is empty, or that there is not. */
export const NO_LOAD: Load = { destinations: 0, rate: 0, ports: false, ipv6: false, names: false };

/** The text of a file of the kernel's, or undefined where the host has none. */
export type ReadFile = (path: string) => string | undefined;

/** Bytes as people read them. */
export function mebibytes(bytes: number): string {
  const mib = bytes / 2 ** 20;
  return mib < 1024 ? `${Number(mib.toFixed(1))} MiB` : `${Number((mib / 1024).toFixed(1))} GiB`;
}
