import type { Channel } from '../channel.ts';
import type { AlertMessage } from '../message.ts';

/** Tells a channel a message. Rejects with an Error whose message says in one line, without a secret, why that failed. */
export type Send = (channel: Channel, message: AlertMessage, signal: AbortSignal) => Promise<void>;

/** Each way is loaded when it is needed. */
export const send: Send = async (channel, message, signal) => {
  switch (channel.kind) {
    case 'webhook':
      return (await import('./webhook.ts')).sendWebhook(channel.settings, message, signal);
    case 'email':
      return (await import('./email.ts')).sendEmail(channel.settings, message, signal);
    case 'command':
      return (await import('./command.ts')).runCommand(channel.settings, message, signal);
  }
};
