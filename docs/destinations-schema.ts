import { join } from 'node:path';
import { destinationsJsonSchema } from '../src/destinations-file/schema.ts';

/** Where editors find the schema of destinations: `# yaml-language-server: $schema=PATH` in the first line. */
export const DESTINATIONS_SCHEMA = join(import.meta.dirname, 'destinations.schema.json');

/** The schema as a file, from nothing but the source. */
export const destinationsSchemaText = (): string =>
  `${JSON.stringify(destinationsJsonSchema(), undefined, 2)}\n`;
