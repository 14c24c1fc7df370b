import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { TraceBody } from '../../src/http/schemas/trace.ts';
import { canOpenRawSockets } from '../support/privileges.ts';
import { TRANSPORT } from '../support/transport.ts';
import { serving } from './support.ts';

const serve = serving();

const served = () => serve({ database: 'sqlite::memory:', source: 'here', transport: TRANSPORT });

test.skipIf(!canOpenRawSockets())(
  'a trace runs beside the monitor, and its hops are there as they come',
  async () => {
    const api = await served();
    await api.ask('POST', 'destinations', [
      { address: '127.0.0.1', interval: 50 },
      { address: 'localhost', active: false },
    ]);
    const { status, headers, body } = await api.ask<TraceBody>('POST', 'traces', {
      destination_id: 1,
      count: 2,
    });
    expect([status, body]).toMatchObject([
      201,
      { destination_id: 1, target: '127.0.0.1', count: 2, state: 'running' },
    ]);
    const place = headers.get('location') as string;
    let trace = body;
    for (let tries = 0; trace.state === 'running' && tries < 50; tries++) {
      await sleep(100);
      trace = (await api.get<TraceBody>(place)).body;
    }
    expect(trace).toMatchObject({
      state: 'done',
      problem: null,
      hops: [{ hop: 1, addresses: [{ address: '127.0.0.1' }], sent: 2, received: 2, loss: 0, fault: null }],
    });
    // Nothing of it is the monitor's.
    const { body: live } = await api.get<{ destinations: { id: number; loss: number }[] }>('live');
    expect(live.destinations.find(({ id }) => id === 1)?.loss).toBe(0);
    expect(await api.ask('DELETE', place)).toMatchObject({ status: 204 });
    expect(await api.problem('GET', place)).toMatchObject({ status: 404 });
  },
);

test.skipIf(!canOpenRawSockets())('no more than two run at once, and an end makes room', async () => {
  const api = await served();
  await api.ask('POST', 'destinations', { address: '127.0.0.1', active: false });
  const start = () => api.ask<TraceBody>('POST', 'traces', { destination_id: 1, count: 100 });
  const [first, second, third] = await Promise.all([start(), start(), start()]);
  expect([first.status, second.status, third.status].sort()).toEqual([201, 201, 409]);
  expect(await api.problem('POST', 'traces', { destination_id: 1 })).toMatchObject({
    detail: '2 traces run already: wait until one has ended, or end it',
  });
  const running = [first, second, third].find(({ status }) => status === 201);
  await api.ask('DELETE', `traces/${running?.body.id}`);
  expect((await start()).status).toBe(201);
});

test.skipIf(!canOpenRawSockets()).each<[object, number, string]>([
  [{ destination_id: 7 }, 422, 'destination_id 7: there is no such destination'],
  [{ destination_id: 2 }, 422, 'destination_id 2: port 99999: expected a whole number from 1 to 65535'],
  [{ destination_id: 1, count: 101 }, 400, '/count: expected number to be <=100'],
  [
    { destination: 1 },
    400,
    '/destination_id: expected number, received undefined; body: there is no column "destination": expected destination_id, count',
  ],
])('%j is refused', async (body, status, detail) => {
  const api = await served();
  await api.ask('POST', 'destinations', { address: '127.0.0.1', active: false });
  await api.pinger.database?.edit((manager) =>
    manager.query(
      "INSERT INTO destinations (address, protocol, port, active) VALUES ('127.0.0.1', 2, 99999, false)",
    ),
  );
  expect(await api.problem('POST', 'traces', body)).toMatchObject({ status, detail });
});

test('a monitor with a transport of its own traces nothing', async () => {
  const api = await serve({ database: 'sqlite::memory:', source: 'here' });
  expect(await api.problem('POST', 'traces', { destination_id: 1 })).toMatchObject({ status: 501 });
});
