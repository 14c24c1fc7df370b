import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { channelSettings } from '../../src/alerts/channel.ts';
import { type AlertMessage, testMessage } from '../../src/alerts/message.ts';
import { runCommand } from '../../src/alerts/send/command.ts';
import { sendEmail } from '../../src/alerts/send/email.ts';
import { sendWebhook, signatureOf } from '../../src/alerts/send/webhook.ts';
import { until } from '../support/command.ts';
import { receiver } from '../support/receiver.ts';

const MESSAGE: AlertMessage = testMessage({ id: 'msg_1', channel: 'ops', now: 1_767_225_600_000 });
const NEVER = new AbortController().signal;

test('a signature is what Standard Webhooks says it is', () => {
  // The example of its specification.
  expect(
    signatureOf({
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      body: '{"test": 2432232314}',
    }),
  ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a webhook gets JSON with an id, a time and a signature', async () => {
  const hook = await receiver();
  const secret = 'not in base64';
  await sendWebhook(
    channelSettings.webhook.parse({ url: hook.url, secret, headers: { 'x-team': 'net' } }),
    MESSAGE,
    NEVER,
  );
  const [{ method, path, headers, body } = expect.fail('nothing came')] = hook.received;
  expect([method, path, headers['content-type'], headers['x-team']]).toEqual([
    'POST',
    '/hook?key=hidden',
    'application/json',
    'net',
  ]);
  expect(JSON.parse(body)).toEqual(MESSAGE);
  expect(headers['webhook-id']).toBe('msg_1');
  const timestamp = String(headers['webhook-timestamp']);
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  expect(headers['webhook-signature']).toBe(signatureOf({ secret, id: 'msg_1', timestamp, body }));
});

test('a webhook that redirects, fails, or does not answer has not been told, and its URL is told nobody', async () => {
  const hook = await receiver();
  const elsewhere = await receiver();
  const settings = channelSettings.webhook.parse({ url: hook.url, timeout: 300 });
  const failure = () =>
    sendWebhook(settings, MESSAGE, NEVER).then(
      () => 'told',
      (error: Error) => error.message,
    );
  hook.answer = (response) => response.writeHead(302, { location: elsewhere.url }).end();
  expect(await failure()).toBe('answered 302 Found');
  expect(elsewhere.received).toEqual([]);
  hook.answer = (response) => response.writeHead(500).end('x'.repeat(100_000));
  expect(await failure()).toBe('answered 500 Internal Server Error');
  hook.answer = () => undefined;
  expect(await failure()).toBe('no answer within 300 ms');
  const gone = channelSettings.webhook.parse({ url: 'http://127.0.0.1:3/hidden' });
  await expect(sendWebhook(gone, MESSAGE, NEVER)).rejects.toThrow(/^nobody listens there \(ECONNREFUSED\)$/);
});

test('an e-mail says in its subject what it is about', async () => {
  const mails: { from: string; to: string[]; text: string; user: string | undefined }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      password === 'p@ss' ? done(null, { user: username }) : done(new Error('wrong')),
    onData: (stream, session, done) => {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text,
          user: session.user as string | undefined,
        });
        done();
      });
    },
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody') ? done(new Error('no such user')) : done(),
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close(() => undefined));
  const { port } = server.server.address() as { port: number };
  const email = (given: object) =>
    channelSettings.email.parse({
      from: 'pinger@example.com',
      to: ['a@example.com', 'b@example.com'],
      ...given,
    });
  await sendEmail(email({ server: `smtp://me:p%40ss@127.0.0.1:${port}` }), MESSAGE, NEVER);
  expect(mails).toMatchObject([
    { from: 'pinger@example.com', to: ['a@example.com', 'b@example.com'], user: 'me' },
  ]);
  expect(mails[0]?.text).toContain('Subject: [pinger] TEST: pinger (test)');
  expect(mails[0]?.text).toContain('Message-ID: <msg_1@pinger>');
  expect(mails[0]?.text).toContain('pinger can reach you this way');
  // Whoever is not among those that the server takes has not been told.
  const partly = email({ server: `smtp://127.0.0.1:${port}`, to: ['a@example.com', 'nobody@example.com'] });
  await expect(sendEmail(partly, MESSAGE, NEVER)).rejects.toThrow(
    'the server takes nothing for nobody@example.com',
  );
  const wrong = email({ server: `smtp://me:hidden@127.0.0.1:${port}` });
  const refusal = await sendEmail(wrong, MESSAGE, NEVER).catch((error: Error) => error.message);
  expect(refusal).toContain('Invalid login');
  expect(refusal).not.toContain('hidden');
  const silent = email({ server: `smtp://127.0.0.1:${port}`, require_tls: true });
  await expect(sendEmail(silent, MESSAGE, NEVER)).rejects.toThrow();
});

function script(text: string): { argv: string[]; out: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'run.sh');
  writeFileSync(file, text.replaceAll('OUT', join(folder, 'out')));
  return { argv: ['/bin/sh', file, '$(touch /tmp/never) "a b"'], out: join(folder, 'out') };
}

const command = (given: object) => channelSettings.command.parse(given);

test('a command gets the message on its standard input, its arguments as they are, and a small environment', async () => {
  process.env.PINGER_TEST_SECRET = 'hidden';
  onTestFinished(() => void delete process.env.PINGER_TEST_SECRET);
  const { argv, out } = script(
    '{ cat; echo; printf "%s\\n" "$1" "$PINGER_SUBJECT" "$MINE" "[$PINGER_TEST_SECRET]"; } > OUT',
  );
  await runCommand(command({ argv, env: { MINE: 'yes' } }), MESSAGE, NEVER);
  const [json = '', ...rest] = readFileSync(out, 'utf8').trim().split('\n');
  expect(JSON.parse(json)).toEqual(MESSAGE);
  expect(rest).toEqual(['$(touch /tmp/never) "a b"', '[pinger] TEST: pinger (test)', 'yes', '[]']);
});

test('a command that fails says why, and one that takes too long is killed with all that it has started', async () => {
  const failing = script('echo "no route to pager" >&2; exit 3');
  await expect(runCommand(command({ argv: failing.argv }), MESSAGE, NEVER)).rejects.toThrow(
    'exit code 3: no route to pager',
  );
  await expect(runCommand(command({ argv: ['/no/such/program'] }), MESSAGE, NEVER)).rejects.toThrow(
    '/no/such/program: ENOENT',
  );
  const { argv, out } = script('sleep 100 & echo $! > OUT; wait');
  await expect(runCommand(command({ argv, timeout: 500 }), MESSAGE, NEVER)).rejects.toThrow(
    'killed, since it took longer than 500 ms',
  );
  const pid = Number(readFileSync(out, 'utf8'));
  await until(() => isGone(pid));
});

/** Whether a process has ended, even if nobody has looked yet how. */
function isGone(pid: number): boolean {
  try {
    return /^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
