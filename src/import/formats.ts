import { isIP } from 'node:net';
import { parseBlackboxList, parsePrometheus } from './blackbox.ts';
import type { ProbeModules } from './blackbox-modules.ts';
import { headerOf, parseCsv } from './csv.ts';
import type { Findings } from './found.ts';
import { listedTargets, parseFpingList } from './fping.ts';
import { parseSmokeping } from './smokeping.ts';
import { parseSmokepingProber } from './smokeping-prober.ts';

/** The formats that destinations are imported from. */
export const IMPORT_FORMATS = ['fping', 'smokeping', 'smokeping_prober', 'blackbox', 'csv'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What a format needs to know besides its text; of blackbox_exporter. */
export interface ImportContext {
  modules?: ProbeModules | undefined;
  /** The module by which all targets of a list are probed. */
  module?: string | undefined;
}

/** What is in a text of a format. */
export function parseImport(
  format: ImportFormat,
  text: string,
  { modules, module }: ImportContext = {},
): Findings {
  if (format === 'fping') return parseFpingList(text);
  if (format === 'smokeping') return parseSmokeping(text);
  if (format === 'smokeping_prober') return parseSmokepingProber(text);
  if (format === 'csv') return parseCsv(text);
  return module === undefined ? parsePrometheus(text, modules) : parseBlackboxList(text, module, modules);
}

/** A list is one where at least such a share of its lines, of so many at most, could be targets. */
const MOST = 0.8;
const LOOKED_AT = 100;

/** Names, numbers and URLs, without what lines of the other formats and sentences begin with. */
const TARGET = /^[\w:[][\w.:/[\]%-]*[\w\].]$/;

/** A line of one word, but for a comment, or one that begins with an IP address. */
const couldBeTarget = ([word = '', next = '#']: readonly string[]): boolean =>
  isIP(word) !== 0 || (TARGET.test(word) && next.startsWith('#'));

/** The format that a text is in; undefined where that cannot be told safely. */
export function recogniseFormat(text: string): ImportFormat | undefined {
  if (/^\s*\*\*\*\s*\w+\s*\*\*\*\s*$/m.test(text)) return 'smokeping';
  if (/^\s*\++\s*\S+\s*$/m.test(text) && /^\s*(host|probe|menu)\s*=/m.test(text)) return 'smokeping';
  if (/^["']?targets["']?\s*:/m.test(text)) return 'smokeping_prober';
  if (/^["']?(scrape_configs|modules)["']?\s*:/m.test(text)) return 'blackbox';
  if (headerOf(text)) return 'csv';
  const lines: string[][] = [];
  for (const { words } of listedTargets(text)) if (lines.push(words) === LOOKED_AT) break;
  const targets = lines.filter(couldBeTarget);
  return targets.length > 0 && targets.length >= lines.length * MOST ? 'fping' : undefined;
}
