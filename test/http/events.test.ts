import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { liveBody } from '../../src/http/live-body.ts';
import { LiveStream } from '../../src/http/live-stream.ts';
import type { Live, Snapshot, Update } from '../../src/http/schemas/live.ts';
import type { LiveResult } from '../../src/live/destination.ts';
import { LiveOverview } from '../../src/live/overview.ts';
import { until } from '../support/command.ts';
import { canOpenRawSockets } from '../support/privileges.ts';
import { serving } from './support.ts';

interface Event {
  name: string;
  data: unknown;
}

/** What a client knows, as it puts events together. */
class Reader {
  readonly events: Event[] = [];
  readonly comments: string[] = [];
  readonly known = new Map<number, { live: Live; recent: (number | null)[] }>();
  ended = false;
  #text = '';

  take(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) this.#block(block);
  }

  #block(block: string): void {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => line.split(/: ?(.*)/s) as [string, string]),
    );
    if (fields[''] !== undefined) this.comments.push(fields['']);
    const { event, data } = fields;
    if (event === undefined || data === undefined) return;
    this.events.push({ name: event, data: JSON.parse(data) });
    if (event === 'snapshot')
      for (const live of (JSON.parse(data) as Snapshot).destinations) this.#know(live);
    if (event !== 'update') return;
    const { destinations, removed } = JSON.parse(data) as Update;
    for (const change of destinations) this.#know({ ...this.known.get(change.id)?.live, ...change } as Live);
    for (const id of removed) this.known.delete(id);
  }

  #know(live: Live): void {
    const isAll = live.recent.length === Math.min(live.count, 60);
    const before = isAll ? [] : (this.known.get(live.id)?.recent ?? []);
    this.known.set(live.id, { live, recent: [...before, ...live.recent].slice(-60) });
  }

  named(name: string): Event[] {
    return this.events.filter((event) => event.name === name);
  }
}

function reading(stream: LiveStream): Reader {
  const reader = new Reader();
  const events = stream.join();
  if (!events) throw new Error('refused');
  events.setEncoding('utf8').on('data', (chunk: string) => reader.take(chunk));
  events.once('end', () => {
    reader.ended = true;
  });
  return reader;
}

const result = (destination_id: number, n: number): LiveResult => ({
  destination_id,
  rtime: 1_732_000_000_000_000_000n + BigInt(n),
  outcome: n % 7 === 0 ? 'timeout' : 'reply',
  doubt: null,
  rtt: n % 7 === 0 ? null : n / 1000,
  address: '192.0.2.1',
  reason: null,
});

function overviewOf(count: number): LiveOverview {
  const live = new LiveOverview();
  for (let id = 1; id <= count; id++)
    live.follow({ destination_id: id, address: `host${id}`, label: `host${id}`, status: 'probed' });
  return live;
}

const seldomOf = ({ recent, ...rest }: Live) => rest;

/** What the overview has, as a client that has missed nothing knows it. */
const known = (live: LiveOverview) =>
  new Map(
    [...live.all()].map((destination) => [
      destination.id,
      {
        ...seldomOf(liveBody(destination)),
        recent: destination
          .recent()
          .map((probe) => (probe === 'lost' ? -1 : Math.round((probe as number) * 1000) / 1000)),
      },
    ]),
  );

const knownBy = ({ known }: Reader) =>
  new Map([...known].map(([id, { live, recent }]) => [id, { ...seldomOf(live), recent }]));

describe('the stream', () => {
  test('is not kept busy by who comes again and again', async () => {
    // Whose snapshot takes 40 ms.
    class Slow extends LiveOverview {
      override get(id: number) {
        const end = performance.now() + 10;
        while (performance.now() < end);
        return super.get(id);
      }
    }
    const live = new Slow();
    for (let id = 1; id <= 4; id++)
      live.follow({ destination_id: id, address: 'x', label: `host${id}`, status: 'probed' });
    const stream = new LiveStream({ live, capacity: 10 });
    const stays = reading(stream);
    await until(() => stays.named('ready').length === 1);
    const began = performance.now();
    const [second, third] = [reading(stream), reading(stream)];
    await until(() => second.named('ready').length === 1 && third.named('ready').length === 1);
    // Both with one snapshot; 5 % of the time are for snapshots.
    expect(performance.now() - began).toBeGreaterThan(600);
    expect(second.named('snapshot')).toEqual(third.named('snapshot'));
    stream.close();
  });

  test('tells clients that come at any time the same, and nothing twice', async () => {
    const live = overviewOf(1000);
    const stream = new LiveStream({ live, capacity: 10 });
    let n = 0;
    const probe = () => {
      for (let count = 0; count < 400; count++) live.take(result(((n * 7 + count) % 1000) + 1, n++));
    };
    probe();
    const readers = [reading(stream)];
    for (let round = 0; round < 12; round++) {
      probe();
      if (round === 3) live.follow({ destination_id: 3, address: 'x', label: 'host3', status: 'removed' });
      // It begins anew.
      if (round === 5) live.follow({ destination_id: 5, address: 'y', label: 'other', status: 'changed' });
      if (round === 6) live.follow({ destination_id: 2000, address: 'z', label: 'new', status: 'probed' });
      if (round % 4 === 0) readers.push(reading(stream));
      await sleep(120);
    }
    await sleep(2100);
    expect(readers).toHaveLength(4);
    for (const reader of readers) expect(knownBy(reader)).toEqual(known(live));
    const [first] = readers as [Reader];
    const names = first.events.map(({ name }) => name);
    expect(names.indexOf('ready')).toBe(first.named('snapshot').length);
    for (const { data } of first.named('snapshot'))
      expect((data as Snapshot).destinations.length).toBeLessThanOrEqual(500);
    expect(first.named('update').flatMap(({ data }) => (data as Update).rows)).toEqual(
      expect.arrayContaining([3, 5, 2000]),
    );
    expect(first.named('update').flatMap(({ data }) => (data as Update).removed)).toEqual([3]);
    stream.close();
    await until(() => readers.every(({ ended }) => ended), 1000);
    expect(stream.join()).toBeUndefined();
  });

  test('has room for so many, and again when one has gone', async () => {
    const stream = new LiveStream({ live: overviewOf(2), capacity: 2 });
    const first = stream.join();
    expect(stream.join()).toBeDefined();
    expect(stream.join()).toBeUndefined();
    first?.destroy();
    await until(() => stream.size === 1, 1000);
    expect(stream.join()).toBeDefined();
    stream.close();
  });

  test('lets go who does not read, and holds no more for him than so much', async () => {
    const live = overviewOf(4000);
    const stream = new LiveStream({ live, capacity: 2 });
    const idle = stream.join();
    const reader = reading(stream);
    let most = 0;
    const end = Date.now() + 15_000;
    for (let n = 0; !idle?.destroyed && Date.now() < end; n++) {
      for (let id = 1; id <= 4000; id++)
        for (let more = 0; more < 30; more++) live.take(result(id, n + more));
      await sleep(300);
      most = Math.max(most, idle?.readableLength ?? 0);
    }
    expect(idle?.destroyed).toBe(true);
    expect(most).toBeLessThan(16 * 2 ** 20);
    expect(reader.ended).toBe(false);
    expect(stream.size).toBe(1);
    stream.close();
  });
});

describe('over HTTP', () => {
  const serve = serving();

  test.skipIf(!canOpenRawSockets())('a monitor of loopback is seen live, and its edits', async () => {
    const api = await serve({ database: 'sqlite::memory:', source: 'here', transport: 'auto' });
    await api.ask('POST', 'destinations', { address: '127.0.0.1', interval: 100 });
    const gone = new AbortController();
    const response = await fetch(api.url('live/events'), { signal: gone.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = new Reader();
    const read = (async () => {
      const text = new TextDecoder();
      for await (const chunk of response.body as AsyncIterable<Uint8Array>)
        reader.take(text.decode(chunk, { stream: true }));
    })().catch(() => undefined);
    await until(() => (reader.known.get(1)?.live.count ?? 0) > 5, 5000);
    expect(reader.known.get(1)?.live).toMatchObject({
      label: '127.0.0.1',
      state: 'up',
      loss: 0,
      address: '127.0.0.1',
    });
    await api.ask('POST', 'destinations', { address: '127.0.0.2', interval: 100 });
    await until(() => reader.known.has(2), 3000);
    await api.ask('PATCH', 'destinations/2', { name: 'two' });
    await api.ask('DELETE', 'destinations/1');
    await until(() => !reader.known.has(1), 3000);
    const rows = () => reader.named('update').flatMap(({ data }) => (data as Update).rows);
    await until(() => rows().filter((id) => id === 2).length >= 2, 3000);
    const began = Date.now();
    await api.stop();
    await read;
    expect(Date.now() - began).toBeLessThan(3000);
  });

  test('more clients than there can be are refused', async () => {
    const api = await serve({ database: 'sqlite::memory:', source: 'here' });
    const gone = new AbortController();
    const answers = await Promise.all(
      Array.from({ length: 201 }, () => fetch(api.url('live/events'), { signal: gone.signal })),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.headers.get('retry-after')).toBe('10');
    expect(await refused[0]?.json()).toMatchObject({
      status: 503,
      detail: expect.stringContaining('200 clients'),
    });
    gone.abort();
  });
});
