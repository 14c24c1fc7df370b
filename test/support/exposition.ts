/** What a scrape says. */
export interface Scrape {
  /** Type by family, in the order in which they come. */
  families: Map<string, string>;
  /** Value by series, as they are written: `name{a="b"}`. */
  series: Map<string, number>;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/;
const LABELS = /^\{(?:[a-z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\}$/;
const SUFFIXES = /_(total|bucket|sum|count|info)$/;

/** Reads the text of a scrape, and sees that it keeps to the format: each family once and in one piece, each series once. */
export function readScrape(text: string): Scrape {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, string>();
  const series = new Map<string, number>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    if (line.startsWith('# TYPE ')) {
      const [, , name = '', type = ''] = line.split(' ');
      if (families.has(name)) throw new Error(`${name} comes twice`);
      families.set(name, type);
      family = name;
    } else if (!line.startsWith('#')) {
      const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      if (!name || (labels && !LABELS.test(labels))) throw new Error(`no sample: ${line}`);
      if (name !== family && name.replace(SUFFIXES, '') !== family.replace(SUFFIXES, ''))
        throw new Error(`${name} among ${family}`);
      if (series.has(name + labels)) throw new Error(`${name}${labels} comes twice`);
      const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value);
      if (Number.isNaN(number) && value !== 'NaN') throw new Error(`no number: ${line}`);
      series.set(name + labels, number);
    }
  }
  return { families, series };
}

/** All of a scrape's text. */
export async function collected(text: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const part of text) all += part;
  return all;
}

/** Names of metrics in an expression of PromQL, as samples have them. */
export const metricsIn = (expr: string): string[] => [
  ...new Set(expr.match(/(?<![:\w])(?:pinger|process|nodejs)_\w+/g)),
];
