import { expect, test } from 'vitest';
import { pinger } from './support.ts';

test.each([
  [['tcp://192.0.2.1:0'], 'port 0: expected a whole number from 1 to 65535'],
  [['192.0.2.1', '--port', '53'], 'port 53: icmp has no ports; tcp and udp have'],
  [['192.0.2.1', '-6'], 'address 192.0.2.1 is IPv4: it does not go with -6'],
  [['http://192.0.2.1'], 'expected tcp://, udp:// or icmp://'],
  [['192.0.2.1', '-c', '0'], 'count 0: expected a whole number from 1 to 65535'],
  [['192.0.2.1', '-m', '256'], 'max-hops 256: expected a whole number from 1 to 255'],
  [['192.0.2.1', '-i', 'soon'], '"soon" is not a time'],
  [['udp://192.0.2.1', '-i', '10', '-c', '100'], 'interval 10ms is too short for a timeout of 1s'],
  [[], "missing required argument 'address'"],
])('wrong usage is one line and exit 2: %j', async (args, message) => {
  const { code, stdout, stderr } = await pinger('sqlite::memory:', 'trace', ...args);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
