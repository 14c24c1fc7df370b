import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { start } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();

const run = (...args: string[]) =>
  start(['run', '127.0.0.1', '--database', 'sqlite::memory:', '--quiet', ...args], {
    cwd: folder(),
    env: { PINGER_LISTEN: '127.0.0.1:0' },
  });

test('run says where its page is, which is there until it ends', async () => {
  const running = run();
  await running.until(/^Page: http/m);
  const [, url] = /^Page: (http:\S+)$/m.exec(running.stderr) ?? [];
  const page = await fetch(url as string);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain('<title>pinger</title>');
  running.child.kill('SIGINT');
  expect((await running.finished).code).toBe(0);
  await expect(fetch(url as string)).rejects.toThrow();
});

test.runIf(process.getuid?.() === 0)('one that everybody on the host may use says so to root', async () => {
  const open = await run('--duration', '200').finished;
  expect(open.stderr).toMatch(
    /^Page: \S+\nEverybody with an account on this host may change what is probed there, until "pinger users add NAME"\.$/m,
  );
  const asking = await run('--auth', '--duration', '200').finished;
  expect(asking.stderr).not.toContain('Everybody');
});

test.each([['--no-listen'], ['--listen', 'none']])('%s %s: no page', async (...args) => {
  const { stderr, code } = await run(...args, '--duration', '200').finished;
  expect(stderr).not.toContain('Page');
  expect(code).toBe(0);
});

test('an address that another program has ends it, in one line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { stderr, code } = await run('--listen', taken).finished;
  other.close();
  expect(stderr.trim().split('\n').at(-1)).toBe(`pinger: --listen ${taken}: another program listens there`);
  expect(code).toBe(1);
});

test('an address that is none is told in one line, and nothing begins', async () => {
  const { stdout, stderr, code } = await run('--listen', '8080').finished;
  expect(stderr).toBe(
    'pinger: --listen "8080": expected ADDRESS:PORT, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080\n',
  );
  expect([stdout, code]).toEqual(['', 2]);
});
