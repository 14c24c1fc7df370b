import { expect, test } from 'vitest';
import { parseListen } from '../../src/http/listen-address.ts';

test.each([
  ['127.0.0.1:8080', '127.0.0.1', 8080],
  ['[::1]:80', '::1', 80],
  ['localhost:0', 'localhost', 0],
  ['monitor-1.example.com.:80', 'monitor-1.example.com.', 80],
  [':8080', '::', 8080],
])('%s', (text, host, port) => {
  expect(parseListen(text)).toEqual({ host, port });
});

test.each([
  '',
  '8080',
  '127.0.0.1',
  '::1:8080',
  '[127.0.0.1]:8080',
  'host:65536',
  'host:x',
  'http://host:80',
  '300.1.1.1:80',
  '127.1:80',
  '0:80',
  '*:80',
  'foo bar:80',
  '-x:80',
])('"%s" is none', (text) => {
  expect(() => parseListen(text)).toThrow(
    `"${text}": expected ADDRESS:PORT, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080`,
  );
});
