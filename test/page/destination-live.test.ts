import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TraceBody } from '../../src/http/schemas/trace.ts';
import { hasBrowser, withBrowser } from '../support/browser.ts';
import { type Served, served } from '../support/served.ts';
import { drawn, eventually } from './canvas.ts';

const HOP = {
  addresses: [{ address: '192.0.2.254', name: 'first.example' }],
  sent: 10,
  received: 9,
  loss: 0.1,
  last: 2,
  avg: 2.5,
  best: 1.5,
  worst: 9,
  stdev: 0.4,
  late: 0,
  outcomes: {},
  fault: null,
};

const traceOf = (changed: Partial<TraceBody>): TraceBody => ({
  id: 'made-up',
  destination_id: 1,
  target: '198.51.100.1',
  count: 10,
  state: 'running',
  problem: null,
  hops: [],
  ...changed,
});

describe.skipIf(!hasBrowser())('a destination that is probed', () => {
  const open = withBrowser();
  let server: Served;

  beforeAll(async () => {
    server = await served({
      destinations: [{ address: '198.51.100.1', name: 'near', protocol: 3, interval: 200 }],
    });
  });
  afterAll(() => server.stop());

  const shown = async (expected: RegExp[] = []): Promise<Page> => {
    const page = await open(`${server.url}destinations/1?last=15m`, {
      expected,
    });
    await drawn(page);
    return page;
  };

  test('goes on: new steps come without a reload, by asking only for what is new', async () => {
    const page = await shown();
    const step = () => page.locator('.readout').getAttribute('data-step').then(Number);
    const first = await step();
    const request = await page.waitForRequest((each) => each.url().includes('/series?'));
    const query = new URL(request.url()).searchParams;
    expect(Number(query.get('step'))).toBeGreaterThan(0);
    expect(Number(query.get('until')) - Number(query.get('since'))).toBeLessThan(60_000);
    await eventually(step).toBeGreaterThan(first + 2000);
    const at = page.locator('[data-now=at]');
    const before = await at.textContent();
    await eventually(() => at.textContent()).not.toBe(before);
  });

  test('is paused and resumed', async () => {
    const page = await shown();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('.state.paused').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('.state.up').waitFor();
  });

  test('a series that cannot be read is told, and read again', async () => {
    const page = await shown([/503/]);
    await page.route('**/series?**', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: 'about:blank',
          title: 'x',
          status: 503,
          detail: 'the database is busy',
        }),
      }),
    );
    await page.getByText('the database is busy').first().waitFor();
    await page.unroute('**/series?**');
    await page.getByText('the database is busy').first().waitFor({ state: 'detached', timeout: 15_000 });
  });

  describe('its path', () => {
    test('fills as it is traced', async () => {
      const page = await shown();
      let looked = 0;
      await page.route('**/api/v1/traces', (route) => {
        expect(route.request().postDataJSON()).toEqual({ destination_id: 1, count: 10 });
        return route.fulfill({ status: 201, json: traceOf({}) });
      });
      await page.route('**/api/v1/traces/made-up', (route) => {
        looked++;
        const hops = Array.from({ length: looked }, (_, n) => ({ ...HOP, hop: n + 1 }));
        return route.fulfill({ json: traceOf({ hops, state: looked === 3 ? 'done' : 'running' }) });
      });
      await page.getByRole('button', { name: 'Trace the path' }).click();
      await page.getByText('Tracing: 1 hop to 198.51.100.1 so far.').waitFor();
      await page.getByText('Done: 3 hops to 198.51.100.1, 10 probes each.').waitFor();
      const row = page.locator('.hops tbody tr').first();
      expect(await row.textContent()).toContain('first.example 192.0.2.254');
      expect(await row.textContent()).toContain('10%');
      await page.getByRole('button', { name: 'Trace again' }).waitFor();
      expect(looked).toBe(3);
    });

    test('is given up when it is cancelled', async () => {
      const page = await shown();
      await page.route('**/api/v1/traces', (route) => route.fulfill({ status: 201, json: traceOf({}) }));
      await page.route('**/api/v1/traces/made-up', (route) =>
        route.request().method() === 'DELETE'
          ? route.fulfill({ status: 204 })
          : route.fulfill({ json: traceOf({ hops: [{ ...HOP, hop: 1 }] }) }),
      );
      await page.getByRole('button', { name: 'Trace the path' }).click();
      await page.getByText('Tracing: 1 hop').waitFor();
      const ended = page.waitForRequest((request) => request.method() === 'DELETE');
      await page.getByRole('button', { name: 'Cancel the trace' }).click();
      expect((await ended).url()).toContain('/traces/made-up');
      await page.getByText('Ended: 1 hop').waitFor();
    });

    test('that cannot be traced is told in one line', async () => {
      const page = await shown([/501/]);
      await page.getByRole('button', { name: 'Trace the path' }).click();
      await page.getByText('a transport of its own, which cannot trace').waitFor();
    });
  });
});
