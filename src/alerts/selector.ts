import { type Labelled, labelOf } from '../entities/label.ts';
import { protocolName } from '../entities/protocol.ts';
import { addressKey } from '../entities/settings.ts';

/** What of a destination is looked at. */
export interface Selectable {
  id: number;
  /** The row's label for people. */
  name: string | null;
  address: string;
  /** What people call it: its address, or `tcp://host:443`. */
  label: string;
  protocol: number;
}

/** Which destinations something is about. */
export interface Selector {
  text: string;
  matches(destination: Selectable): boolean;
}

type Term = (destination: Selectable) => boolean;

const PROTOCOLS = new Set(['udp', 'tcp', 'icmp', 'udp6', 'tcp6', 'icmp6']);

/**
 * The destinations that a text stands for: terms with commas between them, one of which has to fit, and none with a `!` before it.
 * `*` is all, `12` an id, `protocol:tcp` a protocol; anything else is the name, the address or the label, in which `*` stands
 * for any characters. Throws RangeError.
 */
export function selectorOf(text: string): Selector {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes(''))
    throw new RangeError(
      `destinations ${JSON.stringify(text)}: expected *, or ids, names, addresses and protocol:NAME with commas between them`,
    );
  const terms = parts.filter((part) => !part.startsWith('!')).map(termOf);
  const exceptions = parts.filter((part) => part.startsWith('!')).map((part) => termOf(part.slice(1)));
  const isAll = parts.length === 1 && text.trim() === '*';
  return {
    text,
    matches: (destination) =>
      isAll ||
      ((terms.length === 0 || terms.some((term) => term(destination))) &&
        !exceptions.some((term) => term(destination))),
  };
}

/** Finds the destinations that a selector's text stands for, and none for a text that is wrong. */
export const idsIn =
  (rows: readonly (Omit<Selectable, 'label'> & Pick<Labelled, 'port'>)[]) =>
  (text: string): number[] => {
    try {
      const { matches } = selectorOf(text);
      return rows.filter((row) => matches({ ...row, label: labelOf(row) })).map(({ id }) => id);
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  };

function termOf(term: string): Term {
  if (/^\d+$/.test(term)) return ({ id }) => id === Number(term);
  const [, protocol] = /^protocol:(.*)$/i.exec(term) ?? [];
  if (protocol !== undefined) {
    const wanted = protocol.toLowerCase();
    if (!PROTOCOLS.has(wanted))
      throw new RangeError(`destinations "${term}": expected protocol:${[...PROTOCOLS].join(', protocol:')}`);
    return (destination) => protocolName(destination.protocol)?.toLowerCase() === wanted;
  }
  if (!term.includes('*')) {
    const key = addressKey(term);
    const lower = term.toLowerCase();
    return ({ name, address, label }) =>
      addressKey(address) === key || label.toLowerCase() === lower || name?.toLowerCase() === lower;
  }
  const parts = term.toLowerCase().split(/\*+/);
  return ({ name, address, label }) =>
    isMadeOf(parts, address) || isMadeOf(parts, label) || (name !== null && isMadeOf(parts, name));
}

/** Whether a text has these parts in their order, with whatever between them: found from left to right, which no text makes slow. */
function isMadeOf(parts: readonly string[], text: string): boolean {
  const lower = text.toLowerCase();
  const [first = '', ...others] = parts;
  const last = others.pop() ?? '';
  const end = lower.length - last.length;
  let at = first.length;
  if (at > end || !lower.startsWith(first) || !lower.endsWith(last)) return false;
  return others.every((part) => {
    const found = lower.indexOf(part, at);
    at = found + part.length;
    return found >= 0 && at <= end;
  });
}
