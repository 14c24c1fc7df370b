import { isIP } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { destinationOf } from '../destinations/address.ts';
import { labelOf } from '../entities/label.ts';
import { hasPort, ipProtocol, type Protocol, protocolFamily, protocolName } from '../entities/protocol.ts';
import type { TransportName } from '../io/choose-transport.ts';
import { TCP } from '../io/packet/ip.ts';
import { PORTS_A_SOURCE } from '../io/packet/source-port.ts';
import { ResolveError, SystemResolver } from '../io/resolver.ts';
import { concurrencyOf, Trace, type TracedDestination } from '../trace/trace.ts';
import { createLogger } from '../winston-logger.ts';
import { asUsage, CommandFailure } from './failure.ts';
import { timeCell } from './format.ts';
import { type NewDestinationOptions, newDestination } from './new-destination.ts';
import * as options from './options.ts';
import { tell } from './output.ts';
import { PathView } from './path-view.ts';
import { signalled } from './signals.ts';
import { startPinger } from './start.ts';

interface GivenOptions extends NewDestinationOptions {
  count: number;
  maxHops: number;
  numeric?: true;
  transport: TransportName;
  json?: true;
}

/** Where mtr(8) sends what it is told no port for. */
const TCP_PORT = 80;
const UDP_PORT = 33_434;

/** The largest number of probes whose sequences are all different. */
const MOST_PROBES = 65_535;

const within = (what: string, most: number) => (text: string) => {
  const value = options.parseCount(text);
  if (value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`${what} ${text}: expected a whole number from 1 to ${most}`);
};

/** `pinger trace`. */
export const traceCommand = (): Command =>
  new Command('trace')
    .description('Show the path to a host: each router on it, its loss and its round-trip times.')
    .argument('<address>', 'an IP address or host name, or a URL such as tcp://host:443 or udp://host:53')
    .addOption(options.protocolOption())
    .addOption(options.portOption())
    .addOption(options.ipv4Option())
    .addOption(options.ipv6Option())
    .addOption(
      new Option('-c, --count <n>', 'how many probes each hop gets')
        .argParser(within('count', MOST_PROBES))
        .default(10),
    )
    .addOption(options.intervalOption())
    .addOption(options.timeoutOption())
    .addOption(
      new Option('-m, --max-hops <n>', 'the highest TTL or hop limit')
        .argParser(within('max-hops', 255))
        .default(30),
    )
    .addOption(options.dataOption())
    .addOption(options.sizeOption())
    .addOption(new Option('-n, --numeric', 'addresses only: look up no names of routers'))
    .addOption(options.transportOption())
    .addOption(options.jsonOption())
    .addHelpText(
      'after',
      `
Where not told otherwise, interval and timeout are 1s, tcp goes to port ${TCP_PORT} and udp to port ${UDP_PORT}. Every answer
in time counts as received, whatever it says. The path ends where the target answers, or where somebody says that
it cannot be reached; ??? is a hop that nobody answers, and five of them in a row are the end, too. Nothing is
stored. Ctrl-C ends early. Exit code 1: the target itself has not answered.
With --json: loss as a number from 0 to 1, and how many probes had each outcome.

Examples:
  pinger trace example.com
  pinger trace example.com -6 --count 100 --interval 200ms
  pinger trace tcp://example.com:443 --numeric
  pinger trace 192.0.2.1 --protocol udp --port 53
  pinger trace 192.0.2.1 --json | jq 'select(.loss > 0.1)'`,
    )
    .action(trace);

async function trace(text: string, given: GivenOptions): Promise<void> {
  const { count, maxHops, transport, json = false, numeric = false } = given;
  const asked = askedFor(text, given);
  const destination = { ...asked, address: await addressOf(asked) };
  const interrupted = signalled();
  const logger = createLogger({ level: 'error', json: !process.stderr.isTTY });
  const tracing = new Trace({ destination, count, maxHops, transport, logger });
  const { pinger, path } = tracing;
  await Promise.race([startPinger(pinger), interrupted]);
  tell(greeting(asked, destination, given));
  const view = new PathView({ pinger, path, json, numeric });
  try {
    await Promise.race([tracing.done, interrupted]);
    tracing.freeze();
    if (path.problem !== undefined) throw new CommandFailure(`no probe could be sent: ${path.problem}`);
    await view.finish(interrupted);
  } finally {
    view.close();
    await pinger.stop();
  }
  if (!path.answered)
    throw new CommandFailure(`${labelOf(asked)} has not answered within ${timeCell(asked.timeout)}`);
}

/** What the command line asks for, found to be right; its address may be a name. Throws CommandFailure (usage). */
function askedFor(text: string, given: GivenOptions): TracedDestination {
  const { protocol: wanted, port: asked, count } = given;
  const family = given[4] ? 4 : given[6] ? 6 : undefined;
  const named = asUsage(() => destinationOf(text, { family, protocol: wanted, port: asked }));
  const usual = hasPort(named.protocol) && named.port === null ? usualPort(named.protocol) : asked;
  const row = newDestination(text, { ...given, port: usual });
  const { address, protocol, port = null, interval = 0, timeout = 0, data = '' } = row;
  const destination = { address, protocol: protocol as Protocol, port, interval, timeout, data };
  if (concurrencyOf(destination, count) > 0) return destination;
  throw new CommandFailure(
    `interval ${timeCell(interval)} is too short for a timeout of ${timeCell(timeout)}: ${PORTS_A_SOURCE} probes of ${protocolName(protocol)} can be in flight`,
    2,
  );
}

const usualPort = (protocol: Protocol): number => (ipProtocol(protocol) === TCP ? TCP_PORT : UDP_PORT);

/** The numeric address of a destination. Throws CommandFailure for a name that has none. */
async function addressOf({ address, protocol }: TracedDestination): Promise<string> {
  if (isIP(address) !== 0) return address;
  const resolver = new SystemResolver();
  try {
    const { addresses } = await resolver.resolve(address, protocolFamily(protocol));
    return addresses[0] ?? address;
  } catch (error) {
    throw error instanceof ResolveError ? new CommandFailure(error.message) : error;
  } finally {
    resolver.close();
  }
}

function greeting(asked: TracedDestination, { address }: TracedDestination, given: GivenOptions): string {
  const resolved = asked.address === address ? '' : ` (${address})`;
  const protocol = protocolName(asked.protocol);
  const [probes, hops] = [many(given.count, 'probe'), many(given.maxHops, 'hop')];
  return `Path to ${labelOf(asked)}${resolved} with ${protocol}: ${probes} to each hop, ${hops} at most. Ctrl-C ends.`;
}

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
