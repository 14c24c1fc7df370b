import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { hasBrowser, withBrowser } from '../support/browser.ts';
import { type Served, served } from '../support/served.ts';

/** What the browser says while pinger is not there. */
const AWAY = [
  /ERR_CONNECTION_REFUSED/,
  /ERR_INCOMPLETE_CHUNKED_ENCODING/,
  /ERR_CONNECTION_RESET/,
  /ERR_EMPTY_RESPONSE/,
];

const destinations = ['198.51.100.1', '203.0.113.1'].map((address) => ({
  address,
  protocol: 3,
  interval: 200,
}));

describe.skipIf(!hasBrowser())('the page follows', () => {
  let monitor: Served | undefined;
  afterEach(async () => {
    await monitor?.stop();
    monitor = undefined;
  });
  const open = withBrowser();

  test('probes as they end, and rows that anybody edits, without loading again', async () => {
    monitor = await served({ destinations });
    const page = await open(`${monitor.url}?sort=name`);
    const near = page.getByRole('row', { name: /198\.51\.100\.1\b/ });
    await expect.poll(() => near.locator('.state').textContent()).toBe('Up');
    const spark = near.getByRole('img');
    const first = await spark.getAttribute('aria-label');
    await expect.poll(() => spark.getAttribute('aria-label')).not.toBe(first);
    // A lossy one: a third of its probes come back all the same.
    const far = page.getByRole('row', { name: /203\.0\.113\.1/ });
    await expect.poll(() => far.locator('.state').textContent(), { timeout: 15_000 }).toMatch(/Lossy|Down/);
    await monitor.pinger.database?.edit((manager) =>
      manager.query(
        "INSERT INTO destinations (address, interval, name) VALUES ('198.51.100.66', 100, 'dead')",
      ),
    );
    const dead = page.getByRole('row', { name: /dead/ });
    await expect.poll(() => dead.locator('.state').textContent(), { timeout: 15_000 }).toBe('Down');
    await monitor.pinger.database?.edit((manager) =>
      manager.query("UPDATE destinations SET name = 'dead host', interval = 150 WHERE name = 'dead'"),
    );
    await page.getByRole('link', { name: 'dead host' }).waitFor();
    // Of a name alone, too, and of one that is probed.
    await monitor.pinger.database?.edit((manager) =>
      manager.query("UPDATE destinations SET name = 'near by' WHERE address = '198.51.100.1'"),
    );
    await page.getByRole('link', { name: 'near by' }).waitFor();
    expect(
      await page
        .getByRole('row', { name: /dead host/ })
        .locator('.interval')
        .textContent(),
    ).toBe('150ms');
    await monitor.pinger.database?.edit((manager) =>
      manager.query("DELETE FROM destinations WHERE name = 'dead host'"),
    );
    await expect.poll(() => page.locator('.lines .row').count()).toBe(2);
  }, 60_000);

  test('pinger goes away and comes back: it says so, with when it was last heard, and goes on', async () => {
    const listen = { host: '127.0.0.1', port: await freePort() };
    monitor = await served({ destinations, listen });
    const page = await open(monitor.url, { expected: AWAY });
    const status = page.locator('.connection');
    await expect.poll(() => page.locator('.lines .row').count()).toBe(2);
    expect(await status.textContent()).toBe('Live');
    await monitor.stop();
    monitor = undefined;
    await expect.poll(() => status.textContent()).toBe('Reconnecting');
    await expect.poll(() => status.textContent(), { timeout: 10_000 }).toBe('Not there');
    expect(await page.getByRole('alert').textContent()).toMatch(
      /What is shown is as of .*\d:\d\d.*, when it was last heard/,
    );
    expect(await page.locator('.lines .row').count()).toBe(2);
    // Another table: what was is not shown any longer.
    monitor = await served({
      destinations: [{ address: '198.51.100.9', protocol: 3, interval: 200 }],
      listen,
    });
    await expect.poll(() => status.textContent(), { timeout: 15_000 }).toBe('Live');
    await expect.poll(() => page.locator('.lines .name a').allTextContents()).toEqual(['198.51.100.9']);
    expect(await page.getByRole('alert').count()).toBe(0);
  }, 60_000);
});

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
