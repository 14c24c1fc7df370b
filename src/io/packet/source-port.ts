/**
 * The source ports of TCP and UDP probes: 01ss ssss ssnn nnnn, in bits, with the source's `sourceid` as s.
 *
 * They lie below the ports that Linux gives to connections of this host's own (32,768 to 60,999 by default), and
 * above the well-known ones.
 */
export const FIRST_SOURCE_PORT = 0x4000;
export const LAST_SOURCE_PORT = 0x7fff;

/** How many of them each source has. */
export const PORTS_A_SOURCE = 64;

/** The first source port of a source. */
export const firstSourcePort = (sourceid: number): number => FIRST_SOURCE_PORT + sourceid * PORTS_A_SOURCE;

/** Whether probes of any source come from that port, so that answers may go to it. */
export const isSourcePort = (port: number): boolean => port >= FIRST_SOURCE_PORT && port <= LAST_SOURCE_PORT;
