import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { serve } from './guard/support.ts';

/** All that a server says to what is sent to it. */
const saidTo = (url: string, sent: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(sent));
    let said = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      said += chunk;
    });
    socket.once('close', () => resolve(said)).once('error', reject);
  });

const ONCE = 'connection: close\r\n';

test.each([
  ['no HTTP', 'HELO there\r\n\r\n', 400, 'the request is not HTTP as it should be'],
  [
    'a header that is none',
    'GET / HTTP/1.1\r\nhost localhost\r\n\r\n',
    400,
    'the request is not HTTP as it should be',
  ],
  [
    'two lengths',
    'POST /api/v1/destinations HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'the request is not HTTP as it should be',
  ],
  [
    'headers of 20 KiB',
    `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    431,
    'the headers are too long: expected at most 16 KiB',
  ],
  ['no Host', `GET /api/v1/live HTTP/1.1\r\n${ONCE}\r\n`, 400, 'expected a Host header'],
  ['no Host, by HTTP/1.0', 'GET /api/v1/live HTTP/1.0\r\n\r\n', 400, 'expected a Host header'],
  [
    'an empty Host',
    `GET /api/v1/live HTTP/1.1\r\nhost:\r\n${ONCE}\r\n`,
    421,
    expect.stringMatching(/^there is nothing at ""/),
  ],
  [
    'a path that is none',
    `GET /%zz HTTP/1.1\r\nhost: localhost\r\n${ONCE}\r\n`,
    400,
    expect.stringMatching(/^\/%zz: /),
  ],
  [
    'a method that is none here',
    `TRACE /api/v1/live HTTP/1.1\r\nhost: localhost\r\n${ONCE}\r\n`,
    405,
    expect.stringMatching(/^TRACE /),
  ],
])('%s is told as a problem', async (_, sent, status, detail) => {
  const { url } = await serve();
  const said = await saidTo(url, sent);
  const [head = '', body = ''] = said.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  expect(head).toMatch(/x-content-type-options: nosniff/i);
  expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status, detail });
});
