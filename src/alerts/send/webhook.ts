import { createHmac } from 'node:crypto';
import type { ChannelSettings } from '../channel.ts';
import type { AlertMessage } from '../message.ts';

/** Before what a secret is in base64: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const PREFIX = 'whsec_';

/** Posts a message as JSON. Any status of 2xx is a success, and nothing else; no redirect is followed. */
export async function sendWebhook(
  { url, secret, headers, timeout }: ChannelSettings<'webhook'>,
  message: AlertMessage,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(message);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const limit = AbortSignal.timeout(timeout);
  const response = await fetch(withoutUser(url), {
    method: 'POST',
    body,
    redirect: 'manual',
    signal: AbortSignal.any([signal, limit]),
    headers: {
      'user-agent': 'pinger',
      ...authorization(url),
      ...headers,
      'content-type': 'application/json',
      'webhook-id': message.id,
      'webhook-timestamp': timestamp,
      ...(secret === undefined
        ? {}
        : { 'webhook-signature': signatureOf({ secret, id: message.id, timestamp, body }) }),
    },
  }).catch((error: unknown) => {
    throw new Error(limit.aborted ? `no answer within ${timeout} ms` : reasonOf(error));
  });
  // What it has to say is of no interest, however long it is.
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw new Error(`answered ${response.status} ${response.statusText}`.trim());
}

/** `v1,` and the HMAC-SHA256, in base64, over id, timestamp and body with points between them. */
export function signatureOf({
  secret,
  id,
  timestamp,
  body,
}: {
  secret: string;
  id: string;
  timestamp: string;
  body: string;
}): string {
  const key = secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** fetch takes no user in a URL. */
function withoutUser(url: string): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

function authorization(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

/** What people are told of a system's error. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'no name server has answered',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it has hung up',
  UND_ERR_SOCKET: 'it has hung up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
};

/** What a fetch has failed of; undici says it in the cause, which names host and port, but no path. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  const { code, message } = cause ?? {};
  const reason = code === undefined ? undefined : REASONS[code];
  return reason ? `${reason} (${code})` : (code ?? message ?? (error as Error).message);
}
