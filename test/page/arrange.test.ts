import { describe, expect, test } from 'vitest';
import type { DestinationBody } from '../../src/http/schemas/destination.ts';
import type { Live } from '../../src/http/schemas/live.ts';
import { DestinationNow } from '../../src/page/api/now.ts';
import { arrange, byName } from '../../src/page/overview/arrange.ts';
import type { ListQuery } from '../../src/page/overview/query.ts';

const ALL: ListQuery = { text: '', states: [], group: 'none', sort: 'name', descending: false };

let id = 0;

function made(row: Partial<DestinationBody>, live: Partial<Live> = {}): DestinationNow {
  id++;
  const destination = new DestinationNow(id);
  const { address = `192.0.2.${id}` } = row;
  destination.setRow({
    id,
    active: true,
    address,
    protocol: 'icmp',
    port: null,
    interval: 1000,
    timeout: 1000,
    ttl: 64,
    data: '',
    name: null,
    source_id: null,
    label: address,
    size: 0,
    problem: null,
    ...row,
  });
  destination.setLive({ ...quiet, id, label: address, ...live });
  return destination;
}

const quiet: Omit<Live, 'id' | 'label'> = {
  state: 'up',
  problem: null,
  outcome: 'reply',
  reason: null,
  address: null,
  at: 0,
  rtt: 10,
  loss: 0,
  count: 1,
  recent: [10],
};

const arranged = (destinations: DestinationNow[], query: Partial<ListQuery>, collapsed: string[] = []) =>
  arrange(
    byName(destinations),
    { ...ALL, ...query },
    {
      collapsed: new Set(collapsed),
      dayOf: () => undefined,
      sourceName: (source) => `source ${source}`,
    },
  );

const lines = (...of: Parameters<typeof arranged>) =>
  arranged(...of).items.map((item) => (item.kind === 'group' ? `[${item.title}]` : item.destination.name));

describe('what is asked for of a list', () => {
  test('numbers in names are in the order of their size, and so are addresses', () => {
    const all = ['edge-10', 'edge-9', 'Edge-1'].map((name) => made({ name }));
    expect(lines(all, {})).toEqual(['Edge-1', 'edge-9', 'edge-10']);
    const addresses = ['192.0.2.100', '192.0.2.20', '10.0.0.1'].map((address) => made({ address }));
    expect(lines(addresses, { descending: true })).toEqual(['192.0.2.100', '192.0.2.20', '10.0.0.1']);
  });

  test('where there is nothing to compare comes last, either way', () => {
    const all = [
      made({ name: 'none' }, { rtt: null }),
      made({ name: 'slow' }, { rtt: 90 }),
      made({ name: 'fast' }, { rtt: 1 }),
    ];
    expect(lines(all, { sort: 'rtt' })).toEqual(['fast', 'slow', 'none']);
    expect(lines(all, { sort: 'rtt', descending: true })).toEqual(['slow', 'fast', 'none']);
  });

  test('the worst state comes first, and equals are in the order of their names', () => {
    const all = [
      made({ name: 'b' }),
      made({ name: 'd' }, { state: 'down' }),
      made({ name: 'a' }),
      made({ name: 'c' }, { state: 'lossy' }),
    ];
    expect(lines(all, { sort: 'state' })).toEqual(['d', 'c', 'a', 'b']);
  });

  test('all words have to be found, in name, address or protocol, whatever their case', () => {
    const all = [
      made({ name: 'Edge Paris', protocol: 'tcp' }),
      made({ name: 'edge Rome' }),
      made({ address: 'paris.example' }),
    ];
    expect(lines(all, { text: 'paris' })).toEqual(['Edge Paris', 'paris.example']);
    expect(lines(all, { text: ' TCP  edge ' })).toEqual(['Edge Paris']);
    expect(lines(all, { text: 'edge', states: ['down'] })).toEqual([]);
  });

  test('a group that is folded keeps its heading, and counts', () => {
    const all = [
      made({ name: 'edge-1' }),
      made({ name: 'core.2' }),
      made({ name: 'edge-3' }),
      made({ address: '203.0.113.7' }),
    ];
    expect(lines(all, { group: 'name' })).toEqual([
      '[203.0.113.0/24]',
      '203.0.113.7',
      '[core]',
      'core.2',
      '[edge]',
      'edge-1',
      'edge-3',
    ]);
    expect(lines(all, { group: 'name' }, ['edge'])).toEqual([
      '[203.0.113.0/24]',
      '203.0.113.7',
      '[core]',
      'core.2',
      '[edge]',
    ]);
    expect(arranged(all, { group: 'name' }, ['edge']).found).toBe(4);
    const sources = [made({ name: 'a', source_id: 3 }), made({ name: 'b' })];
    expect(lines(sources, { group: 'source' })).toEqual(['[Every source]', 'b', '[source 3]', 'a']);
  });
});

test('recent probes are those that were told, of which 60 are kept; all that there are take the place of those before', () => {
  const one = made({}, { count: 2, recent: [1, 2] });
  const tell = (count: number, recent: (number | null)[]) =>
    one.setLive({ ...quiet, id: one.id, label: 'x', count, recent });
  tell(3, [-1]);
  expect(one.recent).toEqual([1, 2, -1]);
  for (let count = 4; count <= 70; count++) tell(count, [count]);
  expect(one.recent).toHaveLength(60);
  expect(one.recent.at(-1)).toBe(70);
  tell(1, [null]);
  expect(one.recent).toEqual([null]);
  tell(1, []);
  expect(one.recent).toEqual([null]);
});
