import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { EntityManager } from 'typeorm';
import { problemOfName } from '../access/name.ts';
import { Passwords } from '../access/password.ts';
import { ROLES, type Role } from '../entities/role.ts';
import { Session } from '../entities/session.ts';
import { User } from '../entities/user.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell, dateCell, oneLine } from './format.ts';
import { databaseOption, jsonOption } from './options.ts';
import { print, printJson } from './output.ts';
import { givenPassword, passwordStdinOption } from './password.ts';
import { formatTable } from './table.ts';

interface UserOptions {
  database: string;
  role?: Role;
  password?: true;
  passwordStdin?: true;
}

/** `pinger users …`: the people who may use the page. */
export const usersCommand = (): Command =>
  new Command('users')
    .description(
      'Show and edit who may sign in to the page. A running pinger follows within a few seconds; from the first one on, everybody is asked.',
    )
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand())
    .addHelpText(
      'after',
      `
Examples:
  pinger users add ada --role editor
  pinger users list
  pinger users remove ada`,
    );

/** A name that is still to be given to a user or a token. */
export const nameArgument = (): Argument =>
  new Argument('<name>', 'up to 64 letters, digits and . _ @ + -').argParser((name: string) => {
    const problem = problemOfName(name);
    if (problem !== undefined) throw new InvalidArgumentError(problem);
    return name;
  });

export const roleOption = (): Option =>
  new Option('--role <role>', 'a viewer may read, an editor may change, too').choices(ROLES);

const listCommand = (): Command =>
  new Command('list')
    .description('Show all users.')
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  pinger users list\n  pinger users list --json')
    .action(({ database, json }: { database: string; json?: true }) =>
      withDatabase({ url: database }, async (dataSource) => {
        const rows = await dataSource.getRepository(User).find({ order: { name: 'ASC' } });
        if (json) return printJson(rows);
        if (rows.length === 0) return print(['There are no users. "pinger users add NAME" makes one.']);
        const cells = rows.map(({ name, role, created }) => [cell(name), cell(role), dateCell(created)]);
        return print([
          formatTable([{ heading: 'name' }, { heading: 'role' }, { heading: 'created' }], cells),
        ]);
      }),
    );

const addCommand = (): Command =>
  new Command('add')
    .description('Make a user. The password is asked for on the terminal.')
    .addArgument(nameArgument())
    .addOption(databaseOption())
    .addOption(roleOption().default('viewer'))
    .addOption(passwordStdinOption())
    .addHelpText(
      'after',
      `
Passwords have 12 characters or more. The database keeps no more than a hash of them (scrypt).

Examples:
  pinger users add ada --role editor
  pass show pinger | pinger users add grace --password-stdin`,
    )
    .action(async (name: string, given: UserOptions & { role: Role }) => {
      await withDatabase({ url: given.database, create: true }, async (dataSource) => {
        // Before anybody types a password in vain.
        await refuseTaken(dataSource.manager, name);
        const password = await new Passwords().hash(await givenPassword(given));
        await inEdit(dataSource, async (manager) => {
          await refuseTaken(manager, name);
          await manager.getRepository(User).insert({ name, password, role: given.role, created: Date.now() });
        });
        await print([`User ${name}: added as ${given.role}.`]);
      });
    });

const setCommand = (): Command =>
  new Command('set')
    .description('Change the role or the password of a user.')
    .argument('<name>', 'the name of a user')
    .addOption(databaseOption())
    .addOption(roleOption())
    .addOption(new Option('--password', 'ask for a new password on the terminal').conflicts('passwordStdin'))
    .addOption(passwordStdinOption())
    .addHelpText(
      'after',
      `
With a new password all sessions of the user end.

Examples:
  pinger users set ada --role viewer
  pinger users set ada --password`,
    )
    .action(async (name: string, given: UserOptions) => {
      const isPassword = given.password || given.passwordStdin;
      if (given.role === undefined && !isPassword)
        throw new CommandFailure('nothing to change: give --role, --password or --password-stdin', 2);
      await withDatabase({ url: given.database }, async (dataSource) => {
        await found(dataSource.manager, name);
        const password = isPassword ? await new Passwords().hash(await givenPassword(given)) : undefined;
        await inEdit(dataSource, async (manager) => {
          const { id } = await found(manager, name);
          const changes = { ...(given.role && { role: given.role }), ...(password && { password }) };
          await manager.getRepository(User).update({ id }, changes);
          if (password !== undefined) await manager.getRepository(Session).delete({ user_id: id });
        });
        await print([`User ${name}: changed.`]);
      });
    });

const removeCommand = (): Command =>
  new Command('remove')
    .description('Remove a user. All sessions of the user end.')
    .argument('<name>', 'the name of a user')
    .addOption(databaseOption())
    .addHelpText('after', '\nExamples:\n  pinger users remove ada')
    .action((name: string, { database }: { database: string }) =>
      withDatabase({ url: database }, async (dataSource) => {
        await inEdit(dataSource, async (manager) => {
          const { id } = await found(manager, name);
          await manager.getRepository(Session).delete({ user_id: id });
          await manager.getRepository(User).delete({ id });
        });
        await print([`User ${name}: removed.`, ...(await openLines(dataSource.manager))]);
      }),
    );

/** What to tell when the last user or token has gone. */
export async function openLines(manager: EntityManager): Promise<string[]> {
  const left = await manager.query('SELECT 1 FROM users UNION ALL SELECT 1 FROM tokens LIMIT 1');
  return left.length > 0
    ? []
    : [
        'There is no user and no token any more: a monitor that listens to its own host alone asks nobody now, unless it runs with --auth.',
      ];
}

async function found(manager: EntityManager, name: string): Promise<User> {
  const user = await manager.getRepository(User).findOneBy({ name });
  if (user) return user;
  throw new CommandFailure(`there is no user ${oneLine(name)}; "pinger users list" shows those there are`);
}

async function refuseTaken(manager: EntityManager, name: string): Promise<void> {
  if (await manager.getRepository(User).existsBy({ name }))
    throw new CommandFailure(`there is a user ${name} already; "pinger users set" changes it`);
}
