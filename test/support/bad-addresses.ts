/** Arguments that stand for no destination, and what is said of them in one line. */
export const BAD_ADDRESSES: [string[], string][] = [
  [['tcp://127.0.0.1'], 'port is missing: protocol 2 (TCP) needs one, from 1 to 65535'],
  [['127.0.0.1', '--protocol', 'udp'], 'port is missing: protocol 1 (UDP) needs one'],
  [['tcp://127.0.0.1:70000'], 'port 70000: expected a whole number from 1 to 65535'],
  [['tcp://127.0.0.1:0'], 'port 0: expected a whole number from 1 to 65535'],
  [
    ['127.0.0.1', '--protocol', 'udp', '--port', '65536'],
    'port 65536: expected a whole number from 1 to 65535',
  ],
  [['127.0.0.1', '--protocol', 'gre'], "argument 'gre' is invalid"],
  [['127.0.0.1', '--port', '80'], 'port 80: icmp has no ports; tcp and udp have'],
  [['tcp://127.0.0.1:80', '--port', '81'], 'address tcp://127.0.0.1:80 does not go with port 81'],
  [['tcp://127.0.0.1:80', '--protocol', 'udp'], 'address tcp://127.0.0.1:80 does not go with protocol udp'],
  [['tcp6://127.0.0.1:80'], 'address 127.0.0.1 is IPv4: it does not go with tcp6'],
  [['udp6://a.example:53', '-4'], 'protocol udp6 does not go with -4'],
  [['http://127.0.0.1'], 'address http://127.0.0.1: expected tcp://, udp:// or icmp://'],
  [['tcp://::1:80'], 'address tcp://::1:80: expected tcp://host:443 or tcp://[2001:db8::1]:443'],
  [
    ['udp://127.0.0.1:53', '--size', '65508'],
    'data is 65508 bytes long: at most 65507 fit a packet of protocol 1 (UDP)',
  ],
  [['constructor://host'], 'address constructor://host: expected tcp://, udp:// or icmp://'],
  [['http://\x1b[31mhost'], 'address http://\\x1b[31mhost: expected tcp://'],
  [['host:80'], 'address "host:80": neither an IP address nor a host name; a port goes into the column port'],
  [['udp6://:53'], 'address udp6://:53: expected udp6://host:53 or udp6://[2001:db8::1]:53'],
  [['icmp://'], 'address icmp://: expected icmp://host or icmp://[2001:db8::1]'],
];
