import { Command, Option } from 'commander';
import { CHANNEL_DEFAULTS, removeChannel, saveChannel } from '../alerts/edit-rows.ts';
import { type ListedChannel, listChannels } from '../alerts/list-rows.ts';
import { AlertChannel } from '../entities/alert-channel.ts';
import { type ChannelOptions, channelColumns, withChannelOptions } from './alerts-channel-options.ts';
import {
  eachRowCommand,
  editRows,
  enabledCommand,
  type RowOptions,
  type Rows,
  rowCommand,
  selectRows,
  someChange,
} from './alerts-rows.ts';
import { withDatabase } from './database.ts';
import { cell, pausedCell, problemCell } from './format.ts';
import { print, printJson } from './output.ts';
import { formatTable } from './table.ts';

export const CHANNELS: Rows<ListedChannel> = {
  what: 'channel',
  nameOf: ({ name }) => name,
  list: listChannels,
};

/** `pinger alerts channels …`: who is told. */
export const channelsCommand = (): Command =>
  new Command('channels')
    .description('Show and edit who is told.')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(
      eachRowCommand({
        rows: CHANNELS,
        name: 'remove',
        description: 'Remove channels. What they have not been told yet is told nobody.',
        done: 'removed',
        edit: (manager, { id }) => removeChannel(manager, id),
      }),
    )
    .addCommand(
      enabledCommand({
        rows: CHANNELS,
        entity: AlertChannel,
        name: 'pause',
        description: 'Tell channels nothing, and keep them in the table.',
        enabled: false,
      }),
    )
    .addCommand(
      enabledCommand({
        rows: CHANNELS,
        entity: AlertChannel,
        name: 'resume',
        description: 'Tell paused channels again.',
        enabled: true,
      }),
    );

const listCommand = (): Command =>
  rowCommand('list', 'Show who is told, and what has not arrived yet. Settings are not shown.').action(
    ({ database, json }: RowOptions) =>
      withDatabase({ url: database }, async ({ manager }) => {
        const rows = await listChannels(manager);
        if (json) return printJson(rows);
        if (rows.length === 0)
          return print([
            'There are no channels: nobody is told. Add one: pinger alerts channels add ops --url https://hooks.example.com/x',
          ]);
        return print([
          formatTable(
            ['id', 'enabled', 'name', 'kind', 'target', 'resolved', 'waiting', 'problem'].map((heading) => ({
              heading,
            })),
            rows.map((row) => [
              cell(row.id),
              row.enabled ? 'yes' : pausedCell(),
              cell(row.name),
              cell(row.kind),
              cell(row.target),
              row.send_resolved ? 'told' : 'not told',
              cell(row.waiting),
              problemCell(row.problem ?? row.error ?? ''),
            ]),
          ),
        ]);
      }),
  );

const SECRETS = `A \${NAME} in a value is taken from the environment: what is secret then shows up neither in the shell's history nor in a list of
processes. Settings are kept in the database, and never shown.`;

const addCommand = (): Command =>
  withChannelOptions(
    rowCommand('add', 'Add a channel.')
      .argument('<name>', 'what it is called')
      .argument('[program...]', 'of a command: the whole path of the program, and its arguments; after --'),
  )
    .addOption(new Option('--paused', 'tell it nothing until "pinger alerts channels resume"'))
    .addHelpText(
      'after',
      `
With --url it is a webhook, with --server an e-mail, with a program a command. ${SECRETS}

Examples:
  pinger alerts channels add ops --url "https://hooks.example.com/x" --secret '\${HOOK_SECRET}'
  pinger alerts channels add night --server 'smtps://me:\${SMTP_PASSWORD}@mail.example.com' --from pinger@example.com --to me@example.com
  pinger alerts channels add pager --no-resolved -- /usr/local/bin/page --urgent
  pinger alerts test ops`,
    )
    .action((name: string, program: string[], { paused, ...given }: AddOptions) =>
      editRows({
        ...given,
        rows: CHANNELS,
        done: paused ? 'added, paused' : 'added',
        create: true,
        edit: async (manager) => {
          const base = {
            ...CHANNEL_DEFAULTS,
            name,
            enabled: paused !== true,
            kind: undefined,
            settings: '{}',
          };
          return [await saveChannel(manager, channelColumns(base, given, program, process.env))];
        },
      }),
    );

type AddOptions = ChannelOptions & RowOptions & { paused?: true };

const setCommand = (): Command =>
  withChannelOptions(
    rowCommand('set', 'Change a channel.')
      .argument('<id|name>', 'as "pinger alerts channels" shows it')
      .argument('[program...]', 'of a command: the whole path of the program, and its arguments; after --'),
  )
    .addOption(new Option('--name <name>', 'what it is called'))
    .addHelpText(
      'after',
      `
What is not given stays as it is, settings included; what has not arrived yet is tried again at once. ${SECRETS}

Examples:
  pinger alerts channels set ops --url "https://hooks.example.com/y"
  pinger alerts channels set night --to me@example.com --to you@example.com --group-interval 10m
  pinger alerts channels set pager -- /usr/local/bin/page`,
    )
    .action((text: string, program: string[], { database, json, name, ...given }: SetOptions) => {
      someChange(
        { ...given, ...(name === undefined ? {} : { name }), ...(program.length > 0 ? { program } : {}) },
        '--url, --to',
      );
      return editRows({
        database,
        ...(json && { json }),
        rows: CHANNELS,
        done: 'changed',
        edit: async (manager) => {
          const [{ id }] = selectRows(CHANNELS, await listChannels(manager), [text]) as [ListedChannel];
          const row = await manager.findOneByOrFail(AlertChannel, { id });
          const base = { ...row, ...(name === undefined ? {} : { name }) };
          return [await saveChannel(manager, channelColumns(base, given, program, process.env))];
        },
      });
    });

type SetOptions = ChannelOptions & RowOptions & { name?: string };
