import { join } from 'node:path';
import { scenarioJsonSchema } from '../src/scenario/schema.ts';

/** Where editors find the schema of scenarios: `# yaml-language-server: $schema=./schema.json` in the first line. */
export const SCHEMA = join(import.meta.dirname, '..', 'scenarios', 'schema.json');

/** The schema as a file, from nothing but the source. */
export const schemaText = (): string => `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`;
