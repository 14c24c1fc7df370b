import type { DataSource } from 'typeorm';
import { Alert, type AlertState } from '../entities/alert.ts';
import type { AlertDelivery } from '../entities/alert-delivery.ts';
import { SEVERITIES, type Severity } from './rule.ts';

export interface AlertsQuery {
  /** Without it: all; the same goes for ids. */
  states?: readonly AlertState[] | undefined;
  destinations?: readonly number[] | undefined;
  sources?: readonly number[] | undefined;
  rules?: readonly number[] | undefined;
  /** Only those that went on then: ms since the Unix epoch. */
  since?: number | undefined;
  until?: number | undefined;
  /** Only older ones than this id. */
  before?: number | undefined;
  limit: number;
}

/** Alerts, newest first. Throws QueryFailedError. */
export function readAlerts(
  dataSource: DataSource,
  { states, destinations, sources, rules, since, until, before, limit }: AlertsQuery,
): Promise<Alert[]> {
  const select = dataSource
    .getRepository(Alert)
    .createQueryBuilder('alert')
    .orderBy('alert.id', 'DESC')
    .limit(limit);
  for (const [column, values] of Object.entries({
    state: states,
    destination_id: destinations,
    source_id: sources,
    rule_id: rules,
  }))
    if (values) select.andWhere(`alert.${column} IN (:...${column})`, { [column]: values });
  if (since !== undefined)
    select.andWhere('(alert.resolved IS NULL OR alert.resolved >= :since)', { since: Math.floor(since) });
  if (until !== undefined) select.andWhere('alert.started < :until', { until: Math.floor(until) });
  if (before !== undefined) select.andWhere('alert.id < :before', { before });
  return select.getMany();
}

/** What has been told of an alert, or is to be. */
export type DeliveryRow = Pick<
  AlertDelivery,
  'channel_id' | 'kind' | 'state' | 'attempts' | 'created' | 'next_try' | 'delivered' | 'error'
> & { channel: string | null };

/** One alert, with what has been told of it. Throws QueryFailedError. */
export async function readAlert(
  dataSource: DataSource,
  id: number,
): Promise<(Alert & { deliveries: DeliveryRow[] }) | undefined> {
  const alert = await dataSource.getRepository(Alert).findOneBy({ id });
  if (!alert) return undefined;
  const deliveries: DeliveryRow[] = await dataSource.query(
    `SELECT d.channel_id, c.name AS channel, d.kind, d.state, d.attempts, d.created, d.next_try, d.delivered, d.error
      FROM alert_deliveries d LEFT JOIN alert_channels c ON c.id = d.channel_id WHERE d.alert_id = $1 ORDER BY d.id`,
    [id],
  );
  return { ...alert, deliveries };
}

/** How many alerts go on, by severity. */
export type Counts = Record<Severity, number> & { firing: number; suppressed: number };

/** Throws QueryFailedError. */
export async function alertCounts(dataSource: DataSource): Promise<Counts> {
  const rows: { state: string; severity: string; count: number }[] = await dataSource.query(
    'SELECT state, severity, count(*) AS count FROM alerts WHERE resolved IS NULL GROUP BY state, severity',
  );
  const counts: Counts = { info: 0, warning: 0, critical: 0, firing: 0, suppressed: 0 };
  for (const { state, severity, count } of rows)
    if (state === 'suppressed') counts.suppressed += count;
    else if (state === 'firing') {
      counts.firing += count;
      if (SEVERITIES.includes(severity as Severity)) counts[severity as Severity] += count;
    }
  return counts;
}
