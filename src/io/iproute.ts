import { execFile } from 'node:child_process';
import { InterfaceError } from './interface-error.ts';

/** What a host has of the addresses that it knows: a route, or an address of its own. */
export interface Taken {
  what: 'route' | 'address';
  /** CIDR; an address of its own has the longest prefix. */
  prefix: string;
  /** The interface, where it has one. */
  device: string | undefined;
}

/** Tables of providers have a million routes, of some 150 bytes each. */
const MOST_OUTPUT = 2 ** 29;

/** Where ip may be besides: a user's PATH has no folders of root's on some systems. */
const SYSTEM_FOLDERS = '/usr/sbin:/sbin';

/** Runs ip(8) of iproute2 and returns what it prints. Throws InterfaceError. */
function ip(args: readonly string[], input = ''): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:${SYSTEM_FOLDERS}` };
  return new Promise((resolve, reject) => {
    const child = execFile('ip', args, { env, maxBuffer: MOST_OUTPUT }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === 'ENOENT')
        reject(new InterfaceError('ENOENT', 'the command ip is missing: install iproute2'));
      else reject(new InterfaceError('EIPROUTE', said(args, input, stderr || error.message)));
    });
    // It may have ended before it has read everything.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** What ip has said, with the command that it was about; those of a batch have numbers. */
function said(args: readonly string[], input: string, stderr: string): string {
  const line = Number(/^Command failed -:(\d+)/m.exec(stderr)?.[1]);
  const command = input.split('\n')[line - 1] ?? args.join(' ');
  const [reason = ''] = stderr.replace(/^(RTNETLINK answers|Error): /, '').split('\n');
  const hint = /not permitted/.test(reason)
    ? ' (it takes root: a capability of node alone does not reach it)'
    : '';
  return `ip ${command}: ${reason.trim()}${hint}`;
}

/** Runs commands of ip, one a line, until one fails. Throws InterfaceError. */
export const configure = (commands: readonly string[]): Promise<unknown> =>
  ip(['-batch', '-'], `${commands.join('\n')}\n`);

interface Link {
  ifname: string;
  linkinfo?: { info_kind?: string };
}

/** What kind an interface is by its driver (`tun`, `veth`, …), or `other`; undefined where there is none of that name. */
export async function kindOfInterface(name: string): Promise<string | undefined> {
  const links = JSON.parse(await ip(['-json', '-details', 'link', 'show'])) as Link[];
  const link = links.find(({ ifname }) => ifname === name);
  return link && (link.linkinfo?.info_kind ?? 'other');
}

/** Packets that the kernel had for an interface, and nobody took. */
export async function droppedBefore(name: string): Promise<number> {
  const [link] = JSON.parse(await ip(['-json', '-statistics', 'link', 'show', 'dev', name]));
  return link?.stats64?.tx?.dropped ?? 0;
}

interface Route {
  dst: string;
  dev?: string;
}

interface Device {
  ifname: string;
  addr_info?: { local?: string }[];
}

/** Everything that the host has an address or a route of, in whichever table; default routes left out. */
export async function taken(): Promise<Taken[]> {
  const found: Taken[] = [];
  const devices = JSON.parse(await ip(['-json', 'address', 'show'])) as Device[];
  for (const { ifname, addr_info = [] } of devices)
    for (const { local } of addr_info)
      if (local !== undefined) found.push({ what: 'address', prefix: cidr(local), device: ifname });
  for (const family of ['-4', '-6']) {
    const output = await ip(['-json', family, 'route', 'show', 'table', 'all']);
    for (const { dst, dev } of JSON.parse(output || '[]') as Route[])
      if (dst !== 'default') found.push({ what: 'route', prefix: cidr(dst), device: dev });
  }
  return found;
}

const cidr = (text: string): string =>
  text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
