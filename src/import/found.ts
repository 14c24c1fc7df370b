import type { Protocol } from '../entities/protocol.ts';
import type { Family } from '../io/transport.ts';

/** The protocols as files and the command line name them. */
export type ProtocolName = Lowercase<keyof typeof Protocol>;

/** What a file says of one destination, not yet found to be right; of what is not there it says nothing. */
export interface FoundDestination {
  /** From 1. */
  line: number;
  /** A host name, an IP address, or a URL such as tcp://host:443. */
  address: string;
  protocol?: ProtocolName | undefined;
  /** Which IP version a name is probed by. */
  family?: Family | undefined;
  port?: number | undefined;
  /** ms */
  interval?: number | undefined;
  /** ms */
  timeout?: number | undefined;
  ttl?: number | undefined;
  data?: string | undefined;
  /** Bytes of data, made up. */
  size?: number | undefined;
  name?: string | undefined;
  active?: boolean | undefined;
  /** The one source that probes it, by its name or its id. */
  source?: string | undefined;
  source_id?: number | undefined;
}

/** Something to tell about a line of a file: what is wrong and what would be right. */
export interface Remark {
  /** From 1. */
  line: number;
  message: string;
}

/** What is in a file, by line. */
export interface Findings {
  destinations: FoundDestination[];
  /** Because of these, something that is in the file is left out. */
  problems: Remark[];
  /** What the file says and pinger has no use for; nothing is left out because of it. */
  notes: Remark[];
}

export const noFindings = (): Findings => ({ destinations: [], problems: [], notes: [] });

/**
 * ICMP probes carry the nonce before their data, other programs count both as their payload.
 * https://www.rfc-editor.org/rfc/rfc792
 */
const NONCE = 8;

/** The size of the data, bytes, with which a probe is as long as one that carries so many bytes after its ICMP header. */
export const sizeOfPayload = (payload: number): number => Math.max(0, payload - NONCE);
