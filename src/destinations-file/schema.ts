import { z } from 'zod';
import { Protocol } from '../entities/protocol.ts';
import { longestData } from '../entities/settings.ts';
import { milliseconds, whole } from '../scenario/quantities.ts';
import { only, text } from '../scenario/shapes.ts';

/** The protocols as files and the command line name them. */
const PROTOCOLS = ['icmp', 'tcp', 'udp', 'icmp6', 'tcp6', 'udp6'] as const;

/** The columns of the table that destinations may share, in the table's words. Times in ns. */
const shared = {
  active: z.boolean().optional().meta({ description: 'Whether it is probed; true unless given' }),
  protocol: z
    .enum(PROTOCOLS)
    .optional()
    .meta({ description: 'What to probe with; icmp, or icmp6 of an IPv6 address, unless given' }),
  port: whole(1, 65_535, 'Of tcp and udp').optional(),
  interval: milliseconds('From one probe to the next; 1s unless given', '1s', '200ms').optional(),
  timeout: milliseconds('How long an answer counts as in time; 1s unless given', '1s').optional(),
  ttl: whole(1, 255, 'TTL or hop limit; 64 unless given').optional(),
  data: text('What a probe carries; nothing unless given').optional(),
  size: whole(0, longestData(Protocol.UDP6), 'That many bytes of data, made up').optional(),
  source: text('The name of the one source that probes it; every source does unless given').optional(),
};

const destination = only({
  address: text(
    'An IP address or host name, or a URL such as tcp://host:443',
    'a host name, an IP address or a URL',
  ),
  name: text('A label, by which a destination is found again when its address changes').optional(),
  ...shared,
}).meta({ id: 'destination', description: 'What is probed, and how' });

/** What `pinger apply` takes: every destination that there is to be. */
export const destinationsFileSchema = only({
  defaults: only(shared)
    .optional()
    .meta({ description: 'What holds for every destination that does not say otherwise' }),
  destinations: z
    .array(destination, { error: 'expected a list of destinations' })
    .meta({ description: 'All destinations: those in the table that are not among them are removed' }),
}).meta({
  title: 'pinger destinations',
  description: 'The table of destinations as it is to be: https://yaml.org',
});

export type DestinationsGiven = z.output<typeof destinationsFileSchema>;

/** The schema for editors: https://json-schema.org/draft/2020-12 */
export const destinationsJsonSchema = (): object =>
  z.toJSONSchema(destinationsFileSchema, { io: 'input', unrepresentable: 'any' });
