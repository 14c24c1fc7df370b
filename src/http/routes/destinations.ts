import { z } from 'zod';
import { Destination } from '../../entities/destination.ts';
import { labelOf } from '../../entities/label.ts';
import { protocolName } from '../../entities/protocol.ts';
import { settingsOf } from '../../entities/settings.ts';
import type { App, HttpContext } from '../context.ts';
import { type DestinationBody, destinationSchema, protocolSchema } from '../schemas/destination.ts';

/** `/destinations`: the table. */
export function destinationRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/destinations',
    {
      schema: {
        operationId: 'listDestinations',
        summary: 'All destinations, by id',
        tags: ['destinations'],
        response: { 200: z.object({ destinations: z.array(destinationSchema) }) },
      },
    },
    async () => ({
      destinations: (
        await database.read((dataSource) =>
          dataSource.getRepository(Destination).find({ order: { id: 'ASC' } }),
        )
      ).map(bodyOf),
    }),
  );
}

function bodyOf(row: Destination): DestinationBody {
  const settings = settingsOf(row);
  const protocol = protocolSchema.safeParse(protocolName(row.protocol)?.toLowerCase());
  return {
    ...row,
    protocol: protocol.data ?? null,
    label: labelOf(row),
    size: Buffer.byteLength(String(row.data ?? '')),
    problem: 'problem' in settings ? settings.problem : null,
  };
}
