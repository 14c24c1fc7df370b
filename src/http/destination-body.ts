import type { FoundRow } from '../destinations/read-destinations.ts';
import { labelOf } from '../entities/label.ts';
import { protocolName } from '../entities/protocol.ts';
import { numberOf, textOf } from './result-body.ts';
import { type DestinationBody, protocolSchema } from './schemas/destination.ts';

/** A row as the API has it, whatever is in it. */
export function destinationBody(row: FoundRow): DestinationBody {
  const protocol = protocolSchema.safeParse(protocolName(row.protocol)?.toLowerCase());
  const data = textOf(row.data) ?? '';
  return {
    id: row.id,
    active: row.active,
    address: textOf(row.address) ?? '',
    protocol: protocol.data ?? null,
    port: numberOf(row.port),
    interval: numberOf(row.interval) ?? 0,
    timeout: numberOf(row.timeout) ?? 0,
    ttl: numberOf(row.ttl) ?? 0,
    data,
    name: textOf(row.name),
    source_id: numberOf(row.source_id),
    label: labelOf(row),
    size: Buffer.byteLength(data),
    problem: row.problem,
  };
}
