import { spawn } from 'node:child_process';
import type { ChannelSettings } from '../channel.ts';
import { type AlertMessage, textOf } from '../message.ts';

/** What a command inherits of this process's environment; whatever else it needs its channel says. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const;

/** So much of what it says is wrong is told, bytes. */
const MOST_SAID = 300;

/**
 * Runs a program, without a shell, with a message as JSON on its standard input; 0 is success. When it takes too long it is killed with
 * whatever it has started.
 */
export function runCommand(
  { argv, env, timeout }: ChannelSettings<'command'>,
  message: AlertMessage,
  signal: AbortSignal,
): Promise<void> {
  const [program = '', ...args] = argv;
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const { subject, text } = textOf(message);
  return new Promise((resolve, reject) => {
    // A process group of its own, which can be killed as a whole.
    const child = spawn(program, args, {
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {
        ...Object.fromEntries(inherited),
        ...env,
        PINGER_MESSAGE_ID: message.id,
        PINGER_CHANNEL: message.channel,
        PINGER_SUBJECT: subject,
        PINGER_TEXT: text,
      },
    });
    let said = '';
    let ended: string | undefined;
    const kill = (why: string) => {
      ended ??= why;
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has gone by itself.
      }
    };
    const timer = setTimeout(() => kill(`killed, since it took longer than ${timeout} ms`), timeout);
    const interrupt = () => kill('interrupted');
    signal.addEventListener('abort', interrupt);
    const end = (problem?: string) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      child.stderr.destroy();
      if (problem === undefined) resolve();
      else reject(new Error(problem));
    };
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (said.length < MOST_SAID) said += chunk;
    });
    // One that does not read its input may still do what it is for.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(message));
    child.on('error', (error: NodeJS.ErrnoException) => end(`${program}: ${error.code ?? error.message}`));
    // What it has left running may hold its standard error open for ever.
    child.on('exit', (code, killedBy) => {
      if (ended !== undefined || code !== 0) kill('');
      setImmediate(() => {
        if (ended) end(ended);
        else if (code === 0) end();
        else end(`${code === null ? `ended by ${killedBy}` : `exit code ${code}`}${told(said)}`);
      });
    });
  });
}

const told = (said: string): string => {
  const line = said
    .trim()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, MOST_SAID);
  return line === '' ? '' : `: ${line}`;
};
