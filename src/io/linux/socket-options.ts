/** Numbers of Linux, the same on every 64-bit machine that Node runs on but where they say otherwise. */

// <bits/socket.h>, <bits/socket_type.h>
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_CLOEXEC = 0x80000;
export const SOCK_NONBLOCK = 0x800;
export const MSG_DONTWAIT = 0x40;
export const MSG_ERRQUEUE = 0x2000;

// <asm-generic/socket.h>
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_ATTACH_FILTER = 26;
export const SO_TIMESTAMPING = 37;
export const SO_MEMINFO = 55;
export const SK_MEMINFO_RMEM_ALLOC = 0;
export const SK_MEMINFO_DROPS = 8;

// <linux/in.h>
export const SOL_IP = 0;
export const IP_TTL = 2;
export const IP_PKTINFO = 8;
export const IP_RECVERR = 11;
export const IP_RECVTTL = 12;

// <linux/in6.h>
export const SOL_IPV6 = 41;
export const IPV6_CHECKSUM = 7;
export const IPV6_UNICAST_HOPS = 16;
export const IPV6_RECVERR = 25;
export const IPV6_V6ONLY = 26;
export const IPV6_RECVPKTINFO = 49;
export const IPV6_PKTINFO = 50;
export const IPV6_RECVHOPLIMIT = 51;
export const IPV6_HOPLIMIT = 52;

// <linux/icmp.h>, <linux/icmpv6.h>
export const SOL_RAW = 255;
export const ICMP_FILTER = 1;
export const SOL_ICMPV6 = 58;
export const ICMPV6_FILTER = 1;

/** <linux/net_tstamp.h> */
export const SOF_TIMESTAMPING = {
  TX_SOFTWARE: 1 << 1,
  RX_SOFTWARE: 1 << 3,
  SOFTWARE: 1 << 4,
  OPT_ID: 1 << 7,
  OPT_TSONLY: 1 << 11,
} as const;

/** <linux/errqueue.h> */
export const SO_EE_ORIGIN_ICMP = 2;
export const SO_EE_ORIGIN_ICMP6 = 3;
export const SO_EE_ORIGIN_TIMESTAMPING = 4;

/** <bits/time.h> */
export const CLOCK_REALTIME = 0;
