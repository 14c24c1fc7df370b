import type { DataSource } from 'typeorm';

/** The elements of a JSON array as a table with the columns `key` (in their order) and `value`; `parameter` is its place, such as $1. */
export const elementsOf = ({ options }: DataSource, parameter: string, type: 'bigint' | 'text'): string =>
  options.type === 'postgres'
    ? `(SELECT key, CAST(element AS ${type}) AS value
        FROM jsonb_array_elements_text(CAST(${parameter} AS jsonb)) WITH ORDINALITY AS array_of (element, key))`
    : `(SELECT key, value FROM json_each(${parameter}))`;
