import fc from 'fast-check';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';

type Event = NonNullable<ScenarioGiven['timeline']>[number];
type Destination = ScenarioGiven['destinations'][number];
type Link = NonNullable<ScenarioGiven['links']>[string];

const ms = (min: number, max: number) => fc.integer({ min, max }).map((value) => `${value}ms`);
const percent = (max: number) => fc.integer({ min: 0, max }).map((value) => `${value}%`);

/** Arbitrary values of some keys, each of which may be missing. */
const some = <Value extends object>(model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }) =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<Value>>;

const impairments = some<Link>({
  delay: fc.oneof(
    ms(1, 200),
    fc.integer({ min: 1, max: 5e7 }).map((ns) => `${ns}ns`),
  ),
  loss: fc.oneof(
    percent(50),
    fc.record({ gemodel: fc.record({ p: percent(20), r: fc.constantFrom('10%', '50%', '100%') }) }),
  ),
  duplicate: percent(20),
  corrupt: percent(20),
  mtu: fc.constantFrom(576, 1280, 1500),
} as { [Key in keyof Link]: fc.Arbitrary<Link[Key]> });

const jitter = fc.record(
  {
    jitter: ms(1, 30),
    distribution: fc.constantFrom('uniform', 'normal', 'pareto', 'paretonormal'),
    correlation: percent(90),
  },
  { requiredKeys: ['jitter'] },
);

const rate = fc.record(
  { rate: fc.constantFrom('100kbit', '1mbit', '100mbit'), limit: fc.integer({ min: 1, max: 50 }) },
  { requiredKeys: ['rate'] },
);

/** What makes sense only together comes together: nothing overtakes where nothing is delayed. */
const link = fc
  .tuple(
    impairments,
    fc.option(jitter, { nil: {} }),
    fc.option(rate, { nil: {} }),
    fc.option(percent(30), { nil: undefined }),
  )
  .map(([given, jitter, rate, reorder]) => ({
    ...given,
    ...jitter,
    ...rate,
    ...(given.delay !== undefined && reorder !== undefined ? { reorder } : {}),
  })) as fc.Arbitrary<Link>;

const router = (address: string[]) =>
  fc.record(
    {
      address: fc.constant(address),
      errors: fc.oneof(fc.constant('none' as const), fc.constant({ rate: '1/s', burst: 3 })),
      quote: fc.constantFrom(8, 28, 1232),
      nat: fc.record({
        address: fc.constant('203.0.113.200'),
        timeout: fc.constantFrom('500ms', '30s'),
        quotes: fc.constantFrom('restored' as const, 'kept' as const),
      }),
    },
    { requiredKeys: ['address'] },
  );

const rejection = ['no-route', 'host-unreachable', 'port-unreachable', 'admin-prohibited'] as const;

const hosts = fc.record({
  default: some({
    state: fc.constantFrom('up' as const, 'up' as const, 'down' as const, 'unreachable' as const),
    ping: fc.constantFrom('reply' as const, 'reply' as const, 'filtered' as const, ...rejection),
    tcp: fc.constantFrom('open' as const, 'closed' as const, 'filtered' as const, ...rejection),
    udp: fc.constantFrom(
      'echo' as const,
      'other' as const,
      'silent' as const,
      'closed' as const,
      ...rejection,
    ),
    delay: ms(0, 50),
    ttl: fc.constantFrom(1, 64, 255),
  }),
});

const WAYS = [[], ['a'], ['a', 'r'], ['a', 'r', 'b'], ['a', 'r', 's', 'b'], ['b', 's']];
const way = fc.constantFrom(...WAYS);

/** Few addresses, so that many destinations share one. */
const ADDRESSES = { 4: ['198.51.100.1', '198.51.100.2'], 6: ['2001:db8:1::1', '2001:db8:1::2'] } as const;

const timing = {
  interval: ms(50, 1500),
  timeout: ms(5, 2500),
  ttl: fc.oneof(
    { weight: 4, arbitrary: fc.constant(64) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2, 3) },
  ),
};

const destination = fc
  .tuple(
    fc.constantFrom('icmp', 'icmp6', 'tcp', 'tcp6', 'udp', 'udp6'),
    fc.nat(1),
    fc.constantFrom(53, 443),
    fc.record(timing, { requiredKeys: [] }),
    fc.boolean(),
  )
  .map(([protocol, host, port, given, named]): Destination => {
    const family = protocol.endsWith('6') ? 6 : 4;
    return {
      address: named ? 'name.example' : (ADDRESSES[family][host] as string),
      protocol,
      ...(protocol.startsWith('icmp') ? {} : { port }),
      ...given,
    } as Destination;
  });

/** Every destination has data of its own, by which packets tell whose they are. */
const marked = (destinations: Destination[]): Destination[] =>
  destinations.map((each, index) => ({ ...each, name: `d${index + 1}`, data: `<${index + 1}>` }));

const answers = fc.constantFrom(
  { addresses: [ADDRESSES[4][0], ADDRESSES[6][0]], ttl: '1s' },
  { addresses: [ADDRESSES[4][1], ADDRESSES[6][1]], ttl: '2s' },
  { failure: 'NXDOMAIN' as const },
  { failure: 'SERVFAIL' as const },
  { failure: 'timeout' as const },
);

/** How long a scenario is, s. */
const DURATION = 20;

const at = ms(0, DURATION * 1000 - 1);

const lasting = { at, for: ms(1, 5000) };

const event = (rows: number): fc.Arbitrary<Event> => {
  const row = fc.integer({ min: 1, max: rows }).map((index) => `d${index}`);
  return fc.oneof(
    fc.record({ ...lasting, outage: fc.constantFrom('a', 'b', 'r') }),
    fc.record({ ...lasting, impair: fc.constantFrom('a', 'b'), with: link }),
    fc.record({ ...lasting, route: fc.constant('net'), path: way }),
    fc.record({ ...lasting, reject: fc.constantFrom('r', 's'), with: fc.constantFrom(...rejection) }),
    fc.record({ ...lasting, serve: fc.constant('net'), hosts }),
    fc.record({ ...lasting, resolve: answers.map((answer) => ({ 'name.example': answer })) }),
    fc.record({ ...lasting, interface: fc.constant('down' as const) }),
    fc.record({ at, step: fc.constantFrom('-1h', '-3s', '+1ns', '+2d') }),
    fc.record({ at, leap: fc.constantFrom('insert' as const, 'delete' as const) }),
    fc.record({ at, suspend: ms(1, 5000) }),
    fc.record({ at, pause: ms(1, 3000) }),
    fc.record({ at, change: row, to: fc.record(timing, { requiredKeys: [] }) }),
    fc.record({ at, change: row, to: fc.record({ active: fc.boolean() }) }),
    fc.record({ at, remove: row }),
  ) as fc.Arbitrary<Event>;
};

/** Any network, with anything happening to it and to the table. `without`: kinds of events that there are none of. */
export const scenario = (without: readonly string[] = []): fc.Arbitrary<ScenarioGiven> =>
  fc
    .record({
      seed: fc.nat(1_000_000),
      a: link,
      b: link,
      r: router(['203.0.113.1', '2001:db8:ff::1']),
      s: router(['203.0.113.2', '2001:db8:ff::2']),
      path: way,
      back: fc.option(way, { nil: undefined }),
      hosts,
      answers,
      destinations: fc.array(destination, { minLength: 1, maxLength: 8 }),
    })
    .chain(({ seed, a, b, r, s, path, back, hosts, answers, destinations }) =>
      fc.array(event(destinations.length), { maxLength: 6 }).map((timeline) => ({
        name: 'any',
        seed,
        duration: `${DURATION}s`,
        links: { a, b },
        routers: { r, s },
        networks: {
          net: {
            prefix: ['198.51.100.0/24', '2001:db8:1::/48'],
            path,
            ...(back ? { return: back } : {}),
            hosts,
          },
        },
        names: { 'name.example': answers },
        destinations: marked(destinations),
        timeline: possible(timeline).filter((each) => !without.some((kind) => kind in each)),
      })),
    ) as fc.Arbitrary<ScenarioGiven>;

/** Without edits of rows that are gone by then. */
function possible(timeline: Event[]): Event[] {
  const removals = timeline.filter((each) => 'remove' in each);
  return timeline.filter((each) => {
    const row = 'change' in each ? each.change : 'remove' in each ? each.remove : undefined;
    return !removals.some((other) => other !== each && other.remove === row && msOf(other) <= msOf(each));
  });
}

const msOf = ({ at }: Event): number => Number.parseInt(String(at), 10);
