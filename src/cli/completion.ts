import type { Command, Option } from 'commander';

/** What a shell is told that may complete names of files: cobra's directive 0, without a suggestion of ours. */
export const FILES = ':0';

/**
 * What the script for bash lacks: it asks for a function of the package bash-completion, which not every host has, and is
 * registered such that bash never falls back to files.
 */
export const MORE_FOR_BASH = `
if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  }
fi
complete -o default -F __pinger_complete pinger`;

/** Arguments, as commands call them, that are files or may be. */
const FILE_ARGUMENTS: ReadonlySet<string> = new Set(['file', 'scenario']);

/** Whether the last of the words, which somebody is typing, is to be the name of a file. */
export function takesFile(program: Command, words: readonly string[]): boolean {
  let command = program;
  let position = 0;
  let expecting: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (expecting) expecting = undefined;
    else if (word.startsWith('-')) expecting = valued(command, word);
    else {
      const child = command.commands.find((each) => each.name() === word);
      if (child) command = child;
      else position++;
    }
  }
  if (expecting) return /<(file|folder)>/.test(expecting.flags);
  if (words.at(-1)?.startsWith('-')) return false;
  const { registeredArguments: known } = command;
  const argument = known[position] ?? (known.at(-1)?.variadic ? known.at(-1) : undefined);
  return argument !== undefined && FILE_ARGUMENTS.has(argument.name());
}

/** The option of that name, where its value is the next word. */
const valued = (command: Command, word: string): Option | undefined =>
  command.options.find(({ short, long, required }) => required && (word === short || word === long));
