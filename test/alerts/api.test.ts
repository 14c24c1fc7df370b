import { expect, onTestFinished, test } from 'vitest';
import type { ChannelBody, MaintenanceBody, RuleBody } from '../../src/http/schemas/alert.ts';
import type { Problem } from '../../src/http/schemas/problem.ts';
import { served } from '../support/served.ts';

async function api() {
  const { url, stop, api } = await served();
  onTestFinished(stop);
  const refusal = async (method: string, path: string, body?: unknown): Promise<Problem> => {
    const response = await fetch(`${url}api/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await response.json()) as Problem;
  };
  return { ask: api, refusal };
}

test('rules are added, changed and removed, and a bad one is refused in one line', async () => {
  const { ask, refusal } = await api();
  const rule = await ask<RuleBody>('POST', '/alert-rules', { name: 'lossy', metric: 'loss', threshold: 0.1 });
  expect(rule).toMatchObject({
    id: 2,
    name: 'lossy',
    threshold: 0.1,
    span: 60_000,
    channels: [],
    problem: null,
  });
  expect(await ask('PATCH', '/alert-rules/2', { hold: 30_000 })).toMatchObject({
    hold: 30_000,
    threshold: 0.1,
  });
  expect(await refusal('PATCH', '/alert-rules/2', { threshold: 2 })).toMatchObject({
    status: 422,
    detail: 'threshold 2: expected a share from 0 to 1',
    errors: [{ pointer: '/threshold' }],
  });
  expect(await refusal('POST', '/alert-rules', { name: 'lossy' })).toMatchObject({
    status: 422,
    detail: 'name "lossy": there is one of that name already',
  });
  expect(await refusal('POST', '/alert-rules', { name: 'x', channels: [7] })).toMatchObject({
    detail: 'channels: there is no channel 7',
  });
  expect(await refusal('PATCH', '/alert-rules/2', {})).toMatchObject({ status: 400 });
  await ask('DELETE', '/alert-rules/2');
  expect(await ask<{ rules: RuleBody[] }>('GET', '/alert-rules')).toMatchObject({
    rules: [{ name: 'source' }],
  });
  expect(await refusal('DELETE', '/alert-rules/2')).toMatchObject({ status: 404 });
});

test('settings of channels are taken and never shown, and no program is run by way of the API', async () => {
  const { ask, refusal } = await api();
  const secret = 'whsec_c2VjcmV0';
  const settings = { url: 'http://127.0.0.1:3/hidden?token=hidden', secret };
  const made = await ask<ChannelBody>('POST', '/alert-channels', { name: 'ops', kind: 'webhook', settings });
  expect(made).toEqual({
    id: 1,
    name: 'ops',
    enabled: true,
    kind: 'webhook',
    send_resolved: true,
    group_wait: 10_000,
    group_interval: 60_000,
    target: 'http://127.0.0.1:3/…',
    waiting: 0,
    error: null,
    problem: null,
  });
  const wrong = { ...settings, url: 'ftp://hidden', more: 'hidden' };
  const told = JSON.stringify([
    await ask('GET', '/alert-channels'),
    await ask('PATCH', '/alert-channels/1', { enabled: false }),
    await refusal('PATCH', '/alert-channels/1', { settings: wrong }),
    await refusal('POST', '/alert-channels/1/test'),
  ]);
  expect(told).not.toContain('hidden"');
  expect(told).not.toContain(secret);
  expect(told).toContain('channel \\"ops\\": nobody listens there (ECONNREFUSED)');
  const command = { name: 'run', kind: 'command', settings: { argv: ['/bin/true'] } };
  expect(await refusal('POST', '/alert-channels', command)).toMatchObject({ status: 403 });
  expect(await refusal('PATCH', '/alert-channels/1', { kind: 'command' })).toMatchObject({ status: 403 });
});

test('a maintenance begins now unless told otherwise, and is ended by its end', async () => {
  const { ask, refusal } = await api();
  const ends = Date.now() + 3_600_000;
  const made = await ask<MaintenanceBody>('POST', '/maintenances', { destinations: 'web-*', ends });
  expect(made).toMatchObject({ destinations: 'web-*', ends, repeats: null, under_way: true, problem: null });
  expect(await refusal('POST', '/maintenances', { ends: 1 })).toMatchObject({
    status: 422,
    detail: 'ends: expected a moment after starts',
    errors: [{ pointer: '/ends' }],
  });
  expect(await refusal('PATCH', '/maintenances/1', { time_zone: 'Mars/Olympus' })).toMatchObject({
    detail: 'time_zone "Mars/Olympus": expected a name such as Europe/Berlin or UTC',
  });
  const ended = await ask<MaintenanceBody>('PATCH', '/maintenances/1', { ends: Date.now() });
  expect(ended.under_way).toBe(false);
  await ask('DELETE', '/maintenances/1');
  expect(await ask('GET', '/maintenances')).toEqual({ maintenances: [] });
});

test('a destination has a parent, and never itself', async () => {
  const { ask, refusal } = await api();
  await ask('POST', '/destinations', { address: '198.51.100.1' });
  await ask('POST', '/destinations', { address: '198.51.100.2' });
  await ask('POST', '/destination-parents', { destination_id: 2, parent_id: 1 });
  expect(await ask('GET', '/destination-parents')).toEqual({
    parents: [{ destination_id: 2, parent_id: 1 }],
  });
  expect(await refusal('POST', '/destination-parents', { destination_id: 1, parent_id: 2 })).toMatchObject({
    status: 422,
    detail: 'parent_id: 1 would be its own parent',
  });
  expect(await refusal('POST', '/destination-parents', { destination_id: 1, parent_id: 9 })).toMatchObject({
    detail: 'parent_id: there is no destination 9',
  });
  await ask('DELETE', '/destination-parents/2');
  expect(await ask('GET', '/destination-parents')).toEqual({ parents: [] });
});

test('alerts are listed by state and by pages', async () => {
  const { ask, refusal } = await api();
  expect(await ask('GET', '/alerts')).toEqual({ alerts: [], next: null });
  expect(await ask('GET', '/alerts/counts')).toEqual({
    critical: 0,
    warning: 0,
    info: 0,
    firing: 0,
    suppressed: 0,
  });
  expect(await refusal('GET', '/alerts?state=loud')).toMatchObject({
    status: 400,
    detail: 'state: "loud": expected firing, suppressed, resolved',
  });
  expect(await refusal('GET', '/alerts/7')).toMatchObject({ status: 404, detail: 'there is no alert 7' });
});
