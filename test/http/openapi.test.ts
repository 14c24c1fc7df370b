import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { OPENAPI, openapiText } from '../../docs/openapi.ts';

test('docs/openapi.json says what the API takes and answers (npm run docs writes it)', async () => {
  expect(readFileSync(OPENAPI, 'utf8')).toBe(await openapiText());
});

test('it is valid OpenAPI 3.1, and every operation has a name of its own', async () => {
  const text = await openapiText();
  const validator = new Validator();
  expect((await validator.validate(JSON.parse(text))).errors).toBeUndefined();
  expect(validator.version).toBe('3.1');
  const { paths } = JSON.parse(text) as {
    paths: Record<string, Record<string, { operationId?: string; summary?: string; tags?: string[] }>>;
  };
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  for (const operation of operations)
    expect(operation).toMatchObject({
      operationId: expect.any(String),
      summary: expect.any(String),
      tags: [expect.any(String)],
    });
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
});
