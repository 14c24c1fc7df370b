import { Socket } from 'node:net';
import pg from 'pg';

/** How long a server may take to answer to a new connection, ms. */
export const CONNECT_TIMEOUT = 5000;

/** How a server finds out that this host is gone, s: within half a minute it frees the locks that this host held. */
const KEEPALIVE = { idle: 10, interval: 5, count: 3 };

export interface ConnectionLimits {
  /** How long a statement waits for another process's lock, ms. */
  lockTimeout: number;
  /** An answer that takes longer never comes, ms; 0: whoever asks waits for ever. */
  answerTimeout: number;
}

export interface ConnectionUse extends Pick<ConnectionLimits, 'answerTimeout'> {
  /** Told of each socket: the driver leaves one open that it does not know how to log in on. */
  opened?: (socket: Socket) => void;
}

/** What the driver is told of every connection. A socket on which nothing moves for longer than an answer may take is dead. */
export const connectionOptions = (url: string, { answerTimeout, opened }: ConnectionUse) => ({
  connectionString: url,
  types: NUMBERS,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEPALIVE.idle * 1000,
  connectionTimeoutMillis: CONNECT_TIMEOUT,
  stream: (): Socket => {
    const socket = new Socket();
    if (answerTimeout > 0)
      socket.setTimeout(answerTimeout, () => socket.destroy(new Unanswered(answerTimeout)));
    opened?.(socket);
    return socket;
  },
});

class Unanswered extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(answerTimeout: number) {
    super(`no answer within ${answerTimeout / 1000} s`);
  }
}

/**
 * What a connection is set to. The server gives up before its client does, so that no statement goes on that nobody waits for.
 * Compiling a statement would take longer than any of these takes.
 */
export function settingsOf({ lockTimeout, answerTimeout }: ConnectionLimits): string {
  const limited = [
    `statement_timeout = ${Math.floor(answerTimeout * 0.9)}`,
    `idle_in_transaction_session_timeout = ${answerTimeout}`,
    `tcp_user_timeout = ${answerTimeout}`,
  ];
  return [
    `lock_timeout = ${lockTimeout}`,
    `tcp_keepalives_idle = ${KEEPALIVE.idle}`,
    `tcp_keepalives_interval = ${KEEPALIVE.interval}`,
    `tcp_keepalives_count = ${KEEPALIVE.count}`,
    'jit = off',
    ...(answerTimeout > 0 ? limited : []),
  ]
    .map((setting) => `SET ${setting}`)
    .join('; ');
}

/** bigint, and numeric, which sums of bigint are. */
const [INT8, NUMERIC] = [20, 1700];

/** Numbers as SQLite's driver gives them, so that the same statement gives the same values: larger ones than 2^53 are rounded. */
const NUMBERS: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};
