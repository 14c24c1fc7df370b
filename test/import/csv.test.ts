import { describe, expect, test } from 'vitest';
import { example, found } from './support.ts';

describe('csv', () => {
  test('the columns of the table, quoted cells, numbers and names of protocols', () => {
    expect(found('csv', example('destinations.csv'))).toEqual({
      destinations: [
        { line: 2, name: 'Gateway', address: '192.0.2.40', protocol: 'icmp', interval: 5000 },
        {
          line: 3,
          name: 'Web, both sites',
          address: 'www.example.net',
          protocol: 'tcp',
          port: 443,
          interval: 30_000,
          timeout: 2000,
          active: true,
        },
        {
          line: 4,
          name: 'Says "hello"',
          address: '192.0.2.41',
          protocol: 'udp',
          port: 53,
          interval: 1000,
          timeout: 500,
          ttl: 32,
          data: ' hello ',
          active: false,
        },
        { line: 5, address: '2001:db8::40', protocol: 'icmp6', active: true },
        { line: 6, name: 'Twice', address: '192.0.2.40', protocol: 'icmp', interval: 1000 },
        { line: 9, name: 'Port', address: '192.0.2.44', protocol: 'tcp' },
      ],
      problems: [
        '7: protocol gre: expected one of udp, tcp, icmp, udp6, tcp6, icmp6, or its number from 1 to 6',
        '8: interval soon: expected a time with a unit, such as 200ms, 1.5s or 1h, of whole milliseconds from 1ms to 24.8d',
      ],
      notes: [
        '1: column owner is left out: expected one of address, protocol, port, interval, timeout, ttl, data, size, name, active, source_id, source',
      ],
    });
  });

  test('rows that are none are told, and those around them taken', () => {
    const text = 'address,name\n192.0.2.1,a\n192.0.2.2,b,c\n192.0.2.3,"d" e\n,f\n192.0.2.5,g\n';
    const { destinations, problems } = found('csv', text);
    expect(destinations.map(({ line, address }) => [line, address])).toEqual([
      [2, '192.0.2.1'],
      [6, '192.0.2.5'],
    ]);
    expect(problems.toSorted()).toEqual([
      '3: 3 cells: expected 2, as in the first row',
      '4: a quote that is not closed, or within a cell: expected quotes around a whole cell, and twice within it',
      '5: address is empty: expected a host name or IP address',
    ]);
  });

  test('a first row that is no header is told', () => {
    expect(found('csv', '192.0.2.1,a\n').problems).toEqual([
      '1: expected a first row with the names of columns, address among them: address, protocol, port, interval, timeout, ttl, data, size, name, active, source_id, source',
    ]);
  });
});
