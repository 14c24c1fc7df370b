import { isIP } from 'node:net';

/** Where to listen. */
export interface ListenAddress {
  /** An IP address, or a name of this host's. */
  host: string;
  /** 0: one that is free. */
  port: number;
}

export const DEFAULT_LISTEN = '127.0.0.1:8080';

/** No name is made of nothing but digits and dots. */
const isNameOrIpv4 = (text = ''): boolean =>
  /^[\d.]+$/.test(text) ? isIP(text) === 4 : /^([a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?)?$/i.test(text);

/** `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `:8080` for every address of this host. Throws RangeError for anything else. */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  const isRight = bracketed === undefined ? isNameOrIpv4(plain) : isIP(bracketed) === 6;
  if (host === undefined || !isRight || !(port <= 65_535))
    throw new RangeError(
      `"${text}": expected ADDRESS:PORT, such as ${DEFAULT_LISTEN}, [::1]:8080 or 0.0.0.0:8080`,
    );
  return { host: host === '' ? '::' : host, port };
}
