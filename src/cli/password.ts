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
  const password = passwordStdin ? await firstLine(process.stdin) : await typed();
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

async function typed(): Promise<string> {
  if (!canAsk())
    throw new CommandFailure(
      'there is no terminal to ask for the password on: give it with --password-stdin',
      2,
    );
  const password = await asked('Password: ');
  if ((await asked('Once more: ')) !== password)
    throw new CommandFailure('the two passwords differ; nothing is changed', 2);
  return password;
}

/** Shows the question, and nothing of the answer. Ctrl-C and Ctrl-D are no answer. */
function asked(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    terminal.once('line', (line) => {
      resolve(line);
      terminal.close();
    });
    terminal.once('close', () => {
      process.stderr.write('\n');
      reject(new CommandFailure('no password was given; nothing is changed'));
    });
  });
}
