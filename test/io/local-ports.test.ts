import { expect, test } from 'vitest';
import { noticeOfSharedPorts } from '../../src/io/local-ports.ts';

const notice = (range: string, reserved = '') =>
  noticeOfSharedPorts((path) => (path.endsWith('range') ? range : reserved));

test('Linux’s own range leaves the ports of probes alone', () => {
  expect(notice('32768\t60999\n', '\n')).toBeUndefined();
});

test('a host that gives them to its connections is told how to reserve them', () => {
  expect(notice('1024\t65535\n', '\n')).toMatch(/ip_local_reserved_ports=16384-32767$/);
  expect(notice('32000\t60999\n', '8080,9000-9100\n')).toMatch(
    /ip_local_reserved_ports=8080,9000-9100,16384-32767$/,
  );
});

test('ports that are reserved are nobody else’s', () => {
  expect(notice('1024\t65535\n', '8080,16384-32767\n')).toBeUndefined();
  expect(notice('32000\t60999\n', '31999-33000\n')).toBeUndefined();
});

test('a host that does not say is not asked twice', () => {
  const refuse = () => {
    throw new Error('ENOENT');
  };
  expect(noticeOfSharedPorts(refuse)).toBeUndefined();
});
