import { z } from 'zod';
import { anyOf } from './wording.ts';

/** An object that has no other keys. Those that it may have are told to who gives another. */
export const only = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const keys = Object.keys(shape);
  return z
    .strictObject(shape, {
      error: ({ code }) =>
        code === 'unrecognized_keys'
          ? `expected ${anyOf(keys)}`
          : `expected keys with values: ${keys.join(', ')}`,
    })
    .transform(withoutUndefined);
};

/** Who spreads an object over another one would have what is undefined replace what is not. */
const withoutUndefined = <Value extends object>(given: Value): Value =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Value;

/** Things by their names. */
export const named = <Schema extends z.ZodType>(
  schema: Schema,
  things: string,
  name = z.string().min(1, { error: 'expected a name' }),
) => z.record(name, schema, { error: `expected ${things} by their names` });

/** Text that is not to be taken for anything else. */
export const text = (description: string, what = 'text') =>
  z
    .string({
      error: ({ input }) =>
        `expected ${what}${/^(number|boolean)$/.test(typeof input) ? `; in quotes, "${input}" is text` : ''}`,
    })
    .meta({ description });

/** What none of the alternatives has taken. */
class Unfit {
  constructor(readonly given: unknown) {}
}

/**
 * One of several schemas, no two of which take the same. Of a value that none takes, `meant` tells which one it was
 * meant for, or what is wrong with it: only that schema’s issues are told.
 */
export function oneOf<Schema extends z.ZodType>(
  schemas: readonly Schema[],
  meant: (given: unknown) => Schema | string,
) {
  // To editors, nothing is right that no schema takes.
  const rest = z.unknown().meta({ not: {} });
  return z.union([...schemas, rest.transform((given) => new Unfit(given))]).transform((taken, context) => {
    if (!(taken instanceof Unfit)) return taken;
    const { given } = taken;
    const schema = meant(given);
    const issues =
      typeof schema === 'string'
        ? [{ code: 'custom' as const, path: [], message: schema, params: { whole: true } }]
        : (schema.safeParse(given).error?.issues ?? []);
    for (const issue of issues) context.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue);
    return z.NEVER;
  }) as unknown as z.ZodType<z.output<Schema>, z.input<Schema>>;
}

/** Whether a value is keys with values. */
export const isKeys = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

/** A list, or the one thing that it would have. */
export const oneOrMore = <Schema extends z.ZodType>(schema: Schema, least = 1) => {
  const one = schema.transform((given) => [given]);
  const list = z.array(schema);
  const more = least > 0 ? list.min(least) : list;
  const { description = '' } = schema;
  return oneOf<z.ZodType<z.output<Schema>[], z.input<Schema> | z.input<Schema>[]>>([one, more], (given) =>
    Array.isArray(given) ? more : one,
  ).meta({ description });
};
