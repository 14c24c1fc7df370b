import type { ChannelSettings } from '../channel.ts';
import { type AlertMessage, textOf } from '../message.ts';

/** Sends a message as plain text. A server that takes it for some of the addresses alone has not taken it. */
export async function sendEmail(
  { server, require_tls, from, to, timeout }: ChannelSettings<'email'>,
  message: AlertMessage,
  signal: AbortSignal,
): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(server);
  const secure = protocol === 'smtps:';
  // It takes 2.5 MiB, which who has no such channel keeps.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: require_tls,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { subject, text } = textOf(message);
  // Closing a transport does not end what is under way: whoever waits is told nevertheless.
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  const ended = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () =>
      reject(new Error(signal.aborted ? 'interrupted' : `the server took longer than ${timeout} ms`)),
    );
  });
  try {
    const sent = transport.sendMail({
      from,
      to,
      subject,
      text,
      messageId: `<${message.id}@pinger>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    sent.catch(() => undefined);
    const { rejected } = await Promise.race([sent, ended]);
    if (rejected.length > 0) throw new Error(`the server takes nothing for ${rejected.join(', ')}`);
  } catch (error) {
    throw new Error(oneLine((error as Error).message));
  } finally {
    transport.close();
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 300);
