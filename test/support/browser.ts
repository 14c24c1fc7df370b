import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, expect } from 'vitest';

/** Debian's. */
export const CHROMIUM = '/usr/bin/chromium';

export const hasBrowser = (): boolean => existsSync(CHROMIUM);

/** Root has no sandbox of its own in most containers. Nothing that is not this host has a name. */
const ARGUMENTS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]',
];

export interface PageOptions {
  /** CSS pixels; 1440 by 900 unless given. */
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
  /** Complaints that the test asks for: those that match one of these are none. */
  expected?: RegExp[];
}

/** The host's own names. */
const OWN = ['127.0.0.1', 'localhost', '[::1]'];

/** What a page should not have: errors on its console, requests that failed or went elsewhere. */
class Watched {
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly expected: RegExp[],
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.#complain(`console: ${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => this.#complain(`error: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith('http') && !OWN.includes(hostname))
        this.#complain(`foreign request: ${request.url()}`);
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      // Whoever leaves a page ends its stream.
      if (why !== 'net::ERR_ABORTED') this.#complain(`request failed: ${request.url()} ${why}`);
    });
  }

  #complain(what: string): void {
    if (!this.expected.some((pattern) => pattern.test(what))) this.complaints.push(what);
  }
}

/**
 * A headless Chromium for the tests of a file. Opens a page of its own, with nothing remembered, at a URL; after each test its pages
 * are closed, and are not to have complained. To be asked for behind an `afterEach` that stops what they show: hooks run backwards.
 * `program`: the browser, once it is needed.
 */
export function withBrowser(
  program: () => string = () => CHROMIUM,
): (url: string, options?: PageOptions) => Promise<Page> {
  let browser: Promise<Browser> | undefined;
  let pages: Watched[] = [];

  afterEach(async () => {
    const seen = pages;
    pages = [];
    const complaints = seen.flatMap((each) => each.complaints);
    await Promise.all(seen.map(({ page }) => page.context().close()));
    expect(complaints).toEqual([]);
  });
  afterAll(async () => (await browser)?.close());

  return async (url, { width = 1440, height = 900, theme = 'light', expected = [] } = {}) => {
    browser ??= chromium.launch({ executablePath: program(), args: ARGUMENTS });
    const context = await (await browser).newContext({
      viewport: { width, height },
      colorScheme: theme,
      hasTouch: width < 600,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    pages.push(new Watched(page, expected));
    await page.goto(url);
    return page;
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds serious or critical on a page, a line each; nothing, where all is well. */
export async function accessibilityIssues(page: Page): Promise<string[]> {
  // Not by a script element, which the page's policy forbids.
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run(document)')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary}`),
    );
}

/** Keeps what a page looks like, for people; returns the file's name. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = process.env.PINGER_SCREENSHOTS ?? join(tmpdir(), 'pinger-screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** Whether a page is wider than its window. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
