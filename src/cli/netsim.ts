import { isIP } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { InterfaceError } from '../io/interface-error.ts';
import { runInRealTime } from '../io/real-time.ts';
import { describeEvent, isNetworkEvent, type NetworkEvent } from '../netsim/happenings.ts';
import { Netsim, type NetsimTotals } from '../netsim/netsim.ts';
import { familyOf, firstHost, short } from '../netsim/reach.ts';
import { readScenario } from '../scenario/parse.ts';
import { ScenarioError } from '../scenario/problems.ts';
import type { Scenario } from '../scenario/schema.ts';
import { formatDuration } from '../scenario/units.ts';
import { elapsed } from './elapsed.ts';
import { CommandFailure } from './failure.ts';
import { instantCell, oneLine, rttCell } from './format.ts';
import * as options from './options.ts';
import { print, printJson, tell } from './output.ts';
import { scenarioFile } from './scenario-file.ts';
import { signalled } from './signals.ts';
import { seedOption } from './simulate.ts';
import { pad } from './table.ts';

interface GivenOptions {
  tun: string;
  seed?: number;
  duration?: number;
  replace?: true;
  anyAddress?: true;
  json?: true;
}

/** What Linux allows, bytes, and what no shell or tool takes for something else. */
const LONGEST_NAME = 15;

function parseName(name: string): string {
  if (name.length > LONGEST_NAME)
    throw new InvalidArgumentError(
      `interface ${name}: ${name.length} characters; Linux allows ${LONGEST_NAME}`,
    );
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name))
    throw new InvalidArgumentError(
      `interface "${oneLine(name)}": expected letters, digits, "_", "." and "-"`,
    );
  return name;
}

/** `pinger netsim`. */
export const netsimCommand = (): Command =>
  new Command('netsim')
    .description(
      'Put the network of a scenario behind an interface of this host, for ping, mtr or any other program.',
    )
    .argument('<scenario>', 'a scenario file, or the name of one that comes with pinger')
    .addOption(
      new Option('--tun <name>', 'what the interface is called').argParser(parseName).default('pinger0'),
    )
    .addOption(seedOption())
    .addOption(new Option('--duration <time>', 'end by itself after this time').argParser(options.parseTime))
    .addOption(new Option('--replace', 'remove a TUN interface of that name first, whoever made it'))
    .addOption(new Option('--any-address', 'take addresses that are not for tests, too'))
    .addOption(options.jsonOption())
    .addHelpText(
      'after',
      `
The same network as that of "pinger simulate", in real time and over IPv4 and IPv6. This host gets the source's addresses,
and reaches the networks and routers of the scenario through the interface; the interface is gone when the command ends.
The timeline runs from the start; what it does to a monitor (its clock, its process, its table, names) is left out, the
scenario's destinations are not probed, and its duration does not end it. Linux only; needs root and iproute2.

What already has a route or an address on this host is never taken over. Without --any-address nothing is but
what is there for tests (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 198.18.0.0/15, 2001:db8::/32, 3fff::/20) and
for private use (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7).

Examples:
  sudo pinger netsim satellite-link
  sudo pinger netsim my-network.yaml --tun lab0 --seed 7 --duration 10m
  sudo ip netns add lab                 to keep it from the rest of this host
  sudo ip netns exec lab pinger netsim my-network.yaml
  sudo ip netns exec lab mtr 198.51.100.10`,
    )
    .action(netsim);

async function netsim(given: string, options: GivenOptions): Promise<void> {
  const scenario = await readScenario(scenarioFile(given)).catch(asFailure);
  const { tun: name, seed = scenario.seed, json = false, ...others } = options;
  const interrupted = signalled();
  const netsim = await Netsim.start({ ...scenario, seed }, { name, ...others }).catch(asFailure);
  const failed = new Promise<Error>((resolve) => void netsim.on('failed', resolve));
  netsim.on('happened', (event, at, over) => void happened(event, at, over, json));
  tell(greeting(scenario, netsim, seed, options));
  if (json) await printJson([ready(scenario, netsim, seed, name)]);
  runInRealTime();
  const end = elapsed(options.duration);
  const failure = await Promise.race([interrupted, end.reached, failed]);
  end.cancel();
  const totals = await netsim.stop();
  if (json) await printJson([{ type: 'summary', ...totals }]);
  else await print(summary(totals));
  if (failure) throw new CommandFailure(failure.message);
}

/** What is wrong with a scenario is a line each, and wrong usage. */
function asFailure(error: unknown): never {
  if (error instanceof ScenarioError) throw new CommandFailure(error.problems.join('\npinger: '), 2);
  throw error instanceof InterfaceError ? new CommandFailure(error.message) : error;
}

function greeting(scenario: Scenario, { reach }: Netsim, seed: number, given: GivenOptions): string {
  const { name, timeline } = scenario;
  const own = Object.values(reach.addresses).join(' and ');
  const owners = [...new Set(reach.prefixes.map(({ owner }) => owner))];
  const width = Math.max(0, ...owners.map((owner) => owner.length));
  const lines = [
    `The network "${oneLine(name)}" (seed ${seed}) is behind ${given.tun}, this host is ${own} there:`,
  ];
  for (const owner of owners) {
    const prefixes = reach.prefixes.filter((each) => each.owner === owner).map(({ prefix }) => short(prefix));
    lines.push(`  ${pad(oneLine(owner), width)}  ${prefixes.join(', ')}`);
  }
  const examples = examplesOf(scenario, reach).map((address) => `ping ${address}`);
  if (examples.length > 0) lines.push(`Try: ${examples.join(', or ')}`);
  const left = new Set(timeline.filter((event) => !isNetworkEvent(event)).map(({ kind }) => kind));
  if (left.size > 0)
    lines.push(
      `Left out of the timeline, being about a monitor and not the network: ${[...left].join(', ')}.`,
    );
  if (given.duration === undefined) lines.push('Ctrl-C ends.');
  return lines.join('\n');
}

/** An address of each IP version that has something to say: what the scenario probes, or whatever comes first. */
function examplesOf({ destinations }: Scenario, { prefixes }: Netsim['reach']): string[] {
  return ([4, 6] as const).flatMap((family) => {
    const of = prefixes.filter(({ prefix }) => familyOf(prefix) === family);
    const probed = destinations.find(({ address }) => isIP(address) === family);
    const first = of[0]?.prefix;
    if (first === undefined) return [];
    return [probed?.address ?? firstHost(first)];
  });
}

function ready({ name }: Scenario, { reach }: Netsim, seed: number, interfaceName: string): object {
  return {
    type: 'ready',
    scenario: name,
    seed,
    interface: interfaceName,
    addresses: Object.values(reach.addresses),
    reachable: reach.prefixes,
  };
}

function happened(event: NetworkEvent, at: number, over: boolean, json: boolean): Promise<void> {
  const what = describeEvent(event);
  const time = new Date();
  if (json) return printJson([{ type: 'event', time: time.toISOString(), at, kind: event.kind, what, over }]);
  const rest = over ? ': over' : event.for === undefined ? '' : `, for ${formatDuration(event.for)}`;
  const clock = instantCell(String(BigInt(time.getTime()) * 1_000_000n), time);
  return print([`${clock}  ${pad(`+${formatDuration(Math.round(at * 1e6))}`, 8)}  ${oneLine(what)}${rest}`]);
}

function summary(totals: NetsimTotals): string[] {
  const { in: came, out, lost, dropped, lateness_p50, lateness_p99 } = totals;
  const lines = [`\n${came} packets in, ${out} out, ${lost} lost by the network.`];
  if (dropped > 0) lines[0] += ` ${dropped} dropped by this host: too many at once.`;
  if (lateness_p50 !== null)
    lines.push(`They came out ${rttCell(lateness_p50)} ms late (median; 99 %: ${rttCell(lateness_p99)} ms).`);
  return lines;
}
