import type { Command } from 'commander';
import type { ProtocolOption } from '../destinations/address.ts';
import { dataOf, type NewRow, newRow } from '../destinations/new-row.ts';
import { asUsage } from './failure.ts';
import * as options from './options.ts';

/** What the options for new destinations say; times in ms, size in bytes. */
export interface NewDestinationOptions {
  interval?: number;
  timeout?: number;
  ttl?: number;
  data?: string;
  size?: number;
  protocol?: ProtocolOption;
  port?: number;
  4?: true;
  6?: true;
}

/** A command that takes what new destinations are to be like. */
export const withNewDestinationOptions = (command: Command): Command =>
  withProbeOptions(command).addOption(options.ipv4Option()).addOption(options.ipv6Option());

/** A command that takes how to probe, whatever is probed. */
export const withProbeOptions = (command: Command): Command =>
  command
    .addOption(options.protocolOption())
    .addOption(options.portOption())
    .addOption(options.intervalOption())
    .addOption(options.timeoutOption())
    .addOption(options.ttlOption())
    .addOption(options.dataOption())
    .addOption(options.sizeOption());

/** The row for an address and the options, found to be right. Throws CommandFailure (usage) otherwise. */
export function newDestination(address: string, given: NewDestinationOptions): NewRow {
  const { interval, timeout, ttl, protocol, port } = given;
  const family = given[4] ? 4 : given[6] ? 6 : undefined;
  return asUsage(() =>
    newRow({ address, family, protocol, port, interval, timeout, ttl, data: dataOf(given) }),
  );
}
