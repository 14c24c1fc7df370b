import type { DataSource } from 'typeorm';
import { Source } from '../../entities/source.ts';
import { changeSource } from '../../sources/change-source.ts';
import type { App, HttpContext } from '../context.ts';
import { refused } from '../problems.ts';
import { idParams } from '../schemas/common.ts';
import { query } from '../schemas/query.ts';
import { changedSourceSchema, sourceSchema, sourcesSchema } from '../schemas/source.ts';
import { noSource } from './missing.ts';

const tags = ['sources'];

/** `/sources`: the hosts that run pinger. */
export function sourceRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/sources',
    {
      schema: {
        operationId: 'listSources',
        summary: 'All sources, by id',
        tags,
        querystring: query({}),
        response: { 200: sourcesSchema },
      },
    },
    async () => ({ sources: await database.read((dataSource) => readSources(dataSource)) }),
  );

  app.patch(
    '/sources/:id',
    {
      schema: {
        operationId: 'changeSource',
        summary: 'Change a source',
        description: 'What is left out stays as it is. A monitor reads it when it starts.',
        tags,
        params: idParams,
        querystring: query({}),
        body: changedSourceSchema,
        response: { 200: sourceSchema },
      },
    },
    ({ params: { id }, body }) =>
      database.edit(async (manager) => {
        const sources = await manager.getRepository(Source).find();
        const source = sources.find((each) => each.id === id);
        if (!source) throw noSource(id);
        await refused(() => changeSource(manager, source, { sources, changes: body }));
        const changed = (await readSources(manager)).find((each) => each.id === id);
        if (!changed) throw noSource(id);
        return changed;
      }),
  );
}

type Row = Pick<Source, 'id' | 'location' | 'host' | 'sourceid' | 'address' | 'name'> & {
  seen: string | null;
};

async function readSources(queries: Pick<DataSource, 'query'>) {
  const rows: Row[] = await queries.query(
    'SELECT id, location, host, sourceid, address, name, CAST(seen AS TEXT) AS seen FROM sources ORDER BY id',
  );
  return rows.map(({ seen, ...row }) => ({
    ...row,
    seen: seen === null ? null : Number(BigInt(seen) / 1_000_000n),
  }));
}
