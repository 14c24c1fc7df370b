import { COLUMN_DEFAULTS } from '../entities/destination-defaults.ts';
import { settingsOf } from '../entities/settings.ts';
import { InputError } from '../input/input-error.ts';
import type { NewDestination } from '../storage/store.ts';
import { type AddressOptions, destinationOf } from './address.ts';

/** A row with every column. */
export type NewRow = Required<NewDestination>;

/** What is said of a destination; times in ms. What is not said is as the table's defaults have it. */
export type GivenDestination = AddressOptions & {
  /** A host name, an IP address, or a URL such as tcp://host:443. */
  address: string;
} & {
  [Column in Exclude<keyof NewRow, 'address' | 'protocol' | 'port'>]?: NewRow[Column] | undefined;
};

/** The row that what is said of a destination stands for, found to be right. Throws InputError otherwise. */
export function newRow({ address, family, protocol, port, ...given }: GivenDestination): NewRow {
  const row: NewRow = {
    ...COLUMN_DEFAULTS,
    ...defined(given),
    ...destinationOf(address, { family, protocol, port }),
  };
  const settings = settingsOf({ id: 0, ...row });
  if ('problem' in settings) throw new InputError(settings.problem);
  return row;
}

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** What is there of a value. */
export const defined = <Value extends object>(value: Value): Partial<Defined<Value>> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;

const PATTERN = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Data as it is given, or printable text of that many bytes; undefined where neither is. */
export const dataOf = ({
  data,
  size,
}: {
  data?: string | undefined;
  size?: number | undefined;
}): string | undefined =>
  size === undefined ? data : PATTERN.repeat(Math.ceil(size / PATTERN.length)).slice(0, size);
