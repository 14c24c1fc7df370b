import type { Command } from 'commander';
import { settingsOf } from '../entities/settings.ts';
import type { NewDestination } from '../storage/store.ts';
import { destinationOf, type ProtocolOption } from './address.ts';
import { CommandFailure } from './failure.ts';
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

/** What a row has where an option is not given: the table's own defaults. */
const DEFAULTS = { interval: 1000, timeout: 1000, ttl: 64, data: '' };

/** The row for an address and the options, found to be right. Throws CommandFailure (usage) otherwise. */
export function newDestination(address: string, given: NewDestinationOptions): NewDestination {
  const { interval, timeout, ttl, data } = DEFAULTS;
  const { protocol, port } = given;
  const row = {
    ...destinationOf(address, { family: given[4] ? 4 : given[6] ? 6 : undefined, protocol, port }),
    interval: given.interval ?? interval,
    timeout: given.timeout ?? timeout,
    ttl: given.ttl ?? ttl,
    data: dataOf(given) ?? data,
  };
  const settings = settingsOf({ id: 0, active: true, ...row });
  if ('problem' in settings) throw new CommandFailure(settings.problem, 2);
  return row;
}

/** The data that `--data` or `--size` asks for; undefined without either. */
export const dataOf = ({ data, size }: Pick<NewDestinationOptions, 'data' | 'size'>): string | undefined =>
  size === undefined ? data : options.dataOfSize(size);
