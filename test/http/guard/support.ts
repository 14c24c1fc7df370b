import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { DataSource } from 'typeorm';
import { onTestFinished } from 'vitest';
import { Passwords } from '../../../src/access/password.ts';
import { hashOf, newSecret, newToken } from '../../../src/access/secret.ts';
import type { Role } from '../../../src/entities/role.ts';
import { HttpServer, type HttpServerOptions } from '../../../src/http/http-server.ts';
import { createPinger } from '../../../src/pinger.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { temporaryDatabase } from '../../support/databases.ts';
import { LogBook } from '../../support/fakes.ts';

export interface Served {
  url: string;
  server: HttpServer;
  /** A connection as another process would have one. */
  dataSource: DataSource;
  log: LogBook;
}

/** The server of a monitor that has not been started, on a port of its own. */
export async function serve(options: Partial<HttpServerOptions> = {}): Promise<Served> {
  const database = await temporaryDatabase();
  const dataSource = await openDatabase(database, { create: true, lockTimeout: 1000 });
  onTestFinished(() => dataSource.destroy());
  const log = new LogBook();
  const pinger = createPinger({ database, spill: false });
  onTestFinished(() => pinger.database?.close());
  const server = await HttpServer.of(pinger, {
    listen: { host: '127.0.0.1', port: 0 },
    logger: log,
    ...options,
  });
  onTestFinished(() => server.close());
  return { url: await server.listen(), server, dataSource, log };
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  /** Of JSON. */
  body: Record<string, unknown>;
}

/** Asks with exactly these headers. `onlyHead`: without waiting for a body, which may have no end. */
export function ask(
  url: string,
  { method = 'GET', headers = {}, body }: Asked = {},
  onlyHead = false,
): Promise<Answered> {
  const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const type = content === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? httpsRequest : httpRequest;
    const asked = start(
      url,
      { method, headers: { ...type, ...headers }, agent: false, rejectUnauthorized: false },
      (response) => {
        const { statusCode: status = 0, headers } = response;
        if (onlyHead) {
          resolve({ status, headers, body: {} });
          response.destroy();
          return;
        }
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          const isJson = /json/.test(headers['content-type'] ?? '') && text !== '';
          resolve({ status, headers, body: isJson ? JSON.parse(text) : {} });
        });
      },
    );
    asked.once('error', reject);
    asked.end(content);
  });
}

export const PASSWORD = 'correct horse battery';

export async function addUser(dataSource: DataSource, name: string, role: Role = 'viewer'): Promise<void> {
  await dataSource.query('INSERT INTO users (name, password, role, created) VALUES ($1, $2, $3, 0)', [
    name,
    await new Passwords().hash(PASSWORD),
    role,
  ]);
}

/** A token; one that has expired where `expires` says so, ms since the Unix epoch. */
export async function addToken(
  dataSource: DataSource,
  role: Role,
  expires: number | null = null,
): Promise<string> {
  const token = newToken();
  await dataSource.query(
    'INSERT INTO tokens (name, hash, role, created, expires) VALUES ($1, $2, $3, 0, CAST($4 AS bigint))',
    [`token-${token.slice(-8)}`, hashOf(token), role, expires],
  );
  return token;
}

/** A session of a user's, as its cookie has it. */
export async function addSession(dataSource: DataSource, name: string, expires: number): Promise<string> {
  const secret = newSecret();
  await dataSource.query(
    `INSERT INTO sessions (hash, user_id, created, expires)
      SELECT CAST($1 AS TEXT), id, 0, CAST($2 AS bigint) FROM users WHERE name = $3`,
    [hashOf(secret), expires, name],
  );
  return secret;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const cookie = (secret: string) => ({ cookie: `pinger_session=${secret}` });

/** Another day. */
export const LATER = Date.now() + 86_400_000;

/** Resolves once what is looked up, one time after the other, is as expected. */
export async function becomes<T>(expected: T, look: () => Promise<T>, timeout = 10_000): Promise<void> {
  const end = Date.now() + timeout;
  let seen = await look();
  while (seen !== expected) {
    if (Date.now() > end) throw new Error(`still ${seen}, and not ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen = await look();
  }
}
