import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Option } from 'commander';
import { problemOfPassword } from '../access/password.ts';
import { canAsk } from './confirm.ts';
import { CommandFailure } from './failure.ts';

/** Characters; more is not read. */
const LONGEST = 10_000;

export const passwordStdinOption = () =>
  new Option('--password-stdin', 'read the password from standard input: its first line');

/** The password of a user, from standard input or from whoever sits at the terminal. Throws CommandFailure. */
export async function givenPassword({ passwordStdin }: { passwordStdin?: true }): Promise<string> {
  // A terminal would show what is typed into it.
  if (!passwordStdin || process.stdin.isTTY) return typed({ mustSee: !passwordStdin });
  return fitting(await firstLine(process.stdin));
}

/** Throws CommandFailure where a password will not do. */
function fitting(password: string): string {
  const problem = problemOfPassword(password);
  if (problem !== undefined) throw new CommandFailure(problem, 2);
  return password;
}

async function firstLine(stream: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n') || text.length > LONGEST) break;
  }
  return (text.split('\n')[0] as string).replace(/\r$/, '');
}

/** Asks twice, and shows nothing of the answers. `mustSee`: only where the questions can be seen. */
async function typed({ mustSee }: { mustSee: boolean }): Promise<string> {
  if (mustSee && !canAsk())
    throw new CommandFailure(
      'there is no terminal to ask for the password on: give it with --password-stdin',
      2,
    );
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: silent,
    terminal: true,
    // The first answer is not to be had by an arrow key.
    historySize: 0,
  });
  // One for both questions: what is typed before the second one is asked is its answer, and is not shown, either.
  const lines = terminal[Symbol.asyncIterator]();
  const ask = (question: string) => {
    // Ctrl-Z and fg leave the terminal to others meanwhile.
    terminal.removeAllListeners('SIGCONT').on('SIGCONT', () => {
      process.stderr.write(question);
      terminal.resume();
    });
    return answerTo(question, lines);
  };
  try {
    const password = fitting(await ask('Password: '));
    if ((await ask('Once more: ')) !== password)
      throw new CommandFailure('the two passwords differ; nothing is changed', 2);
    return password;
  } finally {
    terminal.close();
  }
}

/** Ctrl-C and Ctrl-D are no answer. */
async function answerTo(question: string, lines: AsyncIterator<string>): Promise<string> {
  process.stderr.write(question);
  const { value, done } = await lines.next();
  process.stderr.write('\n');
  if (done) throw new CommandFailure('no password was given; nothing is changed');
  return value;
}
