#!/usr/bin/env node
import { shedPrivileges } from '../io/privileges.ts';

const args = given(process.argv.slice(2));

// Before anything else is loaded, which would be loaded twice.
if (args[0] === 'run' || args[0] === 'trace') shedPrivileges(args[0] === 'run' ? written(args) : []);

const { runProgram } = await import('./program.ts');
await runProgram(args);

/** `npm start` alone, or with nothing but options, runs the monitor. */
function given(words: string[]): string[] {
  const named =
    words[0] !== undefined && (!words[0].startsWith('-') || /^(-h|--help|-V|--version)$/.test(words[0]));
  return process.env.npm_lifecycle_event === 'start' && !named ? ['run', ...words] : words;
}

/** The files and folders that the options are going to name; of an option that is given twice, both. */
function written(words: string[]): string[] {
  const urls = values(words, '--database', process.env.PINGER_DATABASE ?? 'sqlite:pinger.db');
  return [
    // A server's database is no file that this process comes to.
    ...urls.filter((url) => url.startsWith('sqlite:')).map((url) => url.replace(/^sqlite:(\/\/)?/, '')),
    ...values(words, '--spill', process.env.PINGER_SPILL),
    ...values(words, '--tls-cert', process.env.PINGER_TLS_CERT),
    ...values(words, '--tls-key', process.env.PINGER_TLS_KEY),
  ];
}

function values(words: string[], option: string, otherwise: string | undefined): string[] {
  const named = words.flatMap((word, index) => {
    if (word === option) return words[index + 1] ?? [];
    return word.startsWith(`${option}=`) ? word.slice(option.length + 1) : [];
  });
  return named.length > 0 || otherwise === undefined ? named : [otherwise];
}
