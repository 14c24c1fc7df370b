import { Command, InvalidArgumentError, Option } from 'commander';
import { hashOf, newToken } from '../access/secret.ts';
import type { Role } from '../entities/role.ts';
import { Token } from '../entities/token.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell, dateCell, oneLine } from './format.ts';
import { databaseOption, jsonOption, parseTime } from './options.ts';
import { print, printJson, tell } from './output.ts';
import { formatTable } from './table.ts';
import { nameArgument, openLines, roleOption } from './users.ts';

/** `pinger tokens …`: what programs show to use the API. */
export const tokensCommand = (): Command =>
  new Command('tokens')
    .description(
      'Show and edit the tokens that programs use the API with. A running pinger follows within a few seconds; from the first one on, everybody is asked.',
    )
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addHelpText(
      'after',
      `
Examples:
  pinger tokens add prometheus --expires 365d
  pinger tokens list
  pinger tokens remove prometheus`,
    );

const listCommand = (): Command =>
  new Command('list')
    .description('Show all tokens, but for what they are, which is kept nowhere.')
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  pinger tokens list\n  pinger tokens list --json')
    .action(({ database, json }: { database: string; json?: true }) =>
      withDatabase({ url: database }, async (dataSource) => {
        const rows = await dataSource.getRepository(Token).find({ order: { name: 'ASC' } });
        if (json) return printJson(rows);
        if (rows.length === 0) return print(['There are no tokens. "pinger tokens add NAME" makes one.']);
        const headings = ['name', 'role', 'created', 'last used', 'expires'];
        return print([
          formatTable(
            headings.map((heading) => ({ heading })),
            rows.map(cells),
          ),
        ]);
      }),
    );

const cells = ({ name, role, created, used, expires }: Token): string[] => [
  cell(name),
  cell(role),
  dateCell(created),
  used === null ? 'never' : dateCell(used),
  expires === null ? 'never' : expires > Date.now() ? dateCell(expires) : 'has expired',
];

const addCommand = (): Command =>
  new Command('add')
    .description('Make a token and print it, once: only a hash of it is kept.')
    .addArgument(nameArgument())
    .addOption(databaseOption())
    .addOption(roleOption().default('viewer'))
    .addOption(
      new Option('--expires <time>', 'how long it is good for; for ever unless given').argParser(parseLife),
    )
    .addHelpText(
      'after',
      `
The token alone goes to standard output.

Examples:
  pinger tokens add prometheus --expires 365d
  pinger tokens add deploy --role editor > token
  curl -H "authorization: Bearer $(cat token)" http://127.0.0.1:8080/api/v1/destinations`,
    )
    .action(
      async (
        name: string,
        { database, role, expires }: { database: string; role: Role; expires?: number },
      ) => {
        const token = newToken();
        const created = Date.now();
        await withDatabase({ url: database, create: true }, (dataSource) =>
          inEdit(dataSource, async (manager) => {
            const tokens = manager.getRepository(Token);
            if (await tokens.existsBy({ name }))
              throw new CommandFailure(`there is a token ${name} already; "pinger tokens remove" removes it`);
            const hash = hashOf(token);
            await tokens.insert({ name, hash, role, created, expires: expires ? created + expires : null });
          }),
        );
        tell(`Token ${name}: added as ${role}. It is shown only now:`);
        await print([token]);
      },
    );

const removeCommand = (): Command =>
  new Command('remove')
    .description('Remove a token: who shows it is turned away.')
    .argument('<name>', 'the name of a token')
    .addOption(databaseOption())
    .addHelpText('after', '\nExamples:\n  pinger tokens remove prometheus')
    .action((name: string, { database }: { database: string }) =>
      withDatabase({ url: database }, async (dataSource) => {
        const { affected } = await inEdit(dataSource, (manager) =>
          manager.getRepository(Token).delete({ name }),
        );
        if (affected === 0)
          throw new CommandFailure(
            `there is no token ${oneLine(name)}; "pinger tokens list" shows those there are`,
          );
        await print([`Token ${name}: removed.`, ...(await openLines(dataSource.manager))]);
      }),
    );

/** ms; the largest keeps a date within what JavaScript knows. */
function parseLife(text: string): number {
  const life = Math.round(parseTime(text));
  if (life < 1000 || life > LONGEST_LIFE)
    throw new InvalidArgumentError(`"${text}": expected a time from 1s to 36500d, such as 90d`);
  return life;
}

const LONGEST_LIFE = 36_500 * 86_400_000;
