import { InvalidArgumentError, Option } from 'commander';
import { type Selector, selectorOf } from '../alerts/selector.ts';
import { CommandFailure } from './failure.ts';
import { parseTime } from './options.ts';

/** As commander is told what is wrong with an argument. Parsers throw RangeError. */
export const argument =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error;
    }
  };

/** A time in whole ms. Throws InvalidArgumentError. */
export const parseWholeTime = (text: string): number => Math.round(parseTime(text));

/** A time longer than none at all, in whole ms. Throws InvalidArgumentError. */
export function parseLength(text: string): number {
  const ms = parseWholeTime(text);
  if (ms > 0) return ms;
  throw new InvalidArgumentError(`"${text}": expected more than 0`);
}

/** What takes the value of a column away. Commander makes an empty text of null. */
export const NONE = 'none';

/** A value of an option that `none` takes away. */
export const orNone =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value | typeof NONE =>
    text.toLowerCase() === NONE ? NONE : parse(text);

/** As a column has it; undefined stays so. */
export const columnOf = <Value>(given: Value | typeof NONE): Exclude<Value, typeof NONE> | null =>
  given === NONE ? null : (given as Exclude<Value, typeof NONE>);

/** What an option that may be given again and again has by then. */
export const each =
  <Value>(parse: (text: string) => Value) =>
  (text: string, before: Value[] = []): Value[] => [...before, parse(text)];

/** Which destinations something is about. */
export const selectorOption = () =>
  new Option(
    '--destinations <which>',
    'ids, names, addresses, patterns such as "web-*" or protocol:tcp, with commas between; ! leaves out; * is all',
  ).argParser(argument((text) => selectorOf(text).text));

/** The destinations that arguments stand for. Throws CommandFailure (usage). */
export function selected(texts: readonly string[]): Selector {
  try {
    return selectorOf(texts.join(','));
  } catch (error) {
    throw new CommandFailure((error as Error).message, 2);
  }
}
