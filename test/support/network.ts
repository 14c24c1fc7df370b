import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { type Addresses, Namespaces } from './namespaces.ts';

/** Addresses that documentation may use and nobody routes: RFC 5737 and RFC 3849. */
export const ADDRESSES = {
  source: { 4: '198.51.100.1', 6: '2001:db8:1::1' },
  near: { 4: '198.51.100.14', 6: '2001:db8:1::ff' },
  far: { 4: '203.0.113.14', 6: '2001:db8:2::ff' },
  target: { 4: '203.0.113.1', 6: '2001:db8:2::1' },
  /** On the target's link, where nobody has it. */
  absent: { 4: '203.0.113.9', 6: '2001:db8:2::99' },
  /** Nowhere: the router has no route. */
  nowhere: { 4: '192.0.2.77', 6: '2001:db8:77::77' },
} as const;

/** A small internet of source, router and target, over IPv4 and IPv6. */
export class Network extends Namespaces {
  constructor() {
    super(['source', 'router', 'target']);
    this.build(() => {
      const { source, near, far, target } = ADDRESSES;
      this.link('near', { host: 'source', addresses: source }, { host: 'router', addresses: near });
      this.link('far', { host: 'router', addresses: far }, { host: 'target', addresses: target });
      this.route('source', near);
      this.route('target', far);
      this.forward('router');
      this.unlimitErrors('router', 'target');
      // The neighbours know each other, so that the first probe measures what the others do.
      for (const family of [4, 6] as const)
        this.run('source', 'ping', '-q', '-c', '3', '-i', '0.1', '-w', '5', target[family]);
    });
  }

  /** Has the target answer echo requests as `behaviour` says, in place of its kernel. */
  async misbehave(behaviour: Behaviour): Promise<void> {
    this.sysctl('target', 'net.ipv4.icmp_echo_ignore_all', 1);
    this.sysctl('target', 'net.ipv6.icmp.echo_ignore_all', 1);
    await this.startScript('target', join(import.meta.dirname, 'responder.ts'), behaviour);
  }

  /** Has the router send the source errors about requests with an identifier that it has not seen; resolves when it begins. */
  async complain(count: number, identifier: number): Promise<ChildProcess> {
    const { source: victim, target } = ADDRESSES;
    const complaints: Complaints = { count, identifier, victim, target };
    return this.startScript('router', join(import.meta.dirname, 'complainer.ts'), complaints);
  }
}

/** Errors that a router makes up, of each IP version so many. */
export interface Complaints {
  count: number;
  identifier: number;
  victim: Addresses;
  target: Addresses;
}

/** How a host answers echo requests. */
export interface Behaviour {
  /** ms, for the sequences that are divisible by `every`; the others are answered at once. */
  delay?: number;
  every?: number;
  copies?: number;
  /** Changes a byte and leaves the checksum wrong, or right again. */
  corrupt?: 'checksum' | 'data';
  /** Answers what nobody asked, with the right identifier and sequence. */
  forge?: boolean;
  /** Says that it cannot be reached, and quotes no more than 8 bytes of the request. */
  reject?: boolean;
}
