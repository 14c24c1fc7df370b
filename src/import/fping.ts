import { type Findings, noFindings } from './found.ts';

/**
 * A list as `fping -f` takes it: the first word of each line is a target, and a line whose first word begins with # is
 * a comment. https://fping.org/fping.1.html
 */
export function parseFpingList(text: string): Findings {
  const findings = noFindings();
  for (const { line, words } of listedTargets(text)) {
    const [address = '', rest] = words;
    findings.destinations.push({ line, address });
    if (rest !== undefined && !rest.startsWith('#'))
      findings.notes.push({ line, message: `only the first word counts, as to fping: ${address}` });
  }
  return findings;
}

/** The words of each line that names a target. */
export function* listedTargets(text: string): Generator<{ line: number; words: string[] }> {
  let line = 0;
  for (const each of text.split('\n')) {
    line++;
    const words = each.trim().split(/\s+/);
    if (words[0] !== '' && !words[0]?.startsWith('#')) yield { line, words };
  }
}
