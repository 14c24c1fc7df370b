import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { COLUMN_DEFAULTS } from './destination-defaults.ts';

/** An address and how to probe it. */
@Entity('destinations')
export class Destination {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('boolean', { default: COLUMN_DEFAULTS.active })
  active!: boolean;

  /** Host name or numeric address. */
  @Column('text')
  address!: string;

  /** 1 UDP, 2 TCP, 3 ICMP, 4 UDP6, 5 TCP6, 6 ICMP6. */
  @Column('integer', { default: 3 })
  protocol!: number;

  /** From one probe to the next, ms. */
  @Column('integer', { default: COLUMN_DEFAULTS.interval })
  interval!: number;

  /** How long an answer counts as in time, ms. */
  @Column('integer', { default: COLUMN_DEFAULTS.timeout })
  timeout!: number;

  /** IPv4 TTL or IPv6 hop limit, 1–255. */
  @Column('integer', { default: COLUMN_DEFAULTS.ttl })
  ttl!: number;

  /** The payload, as UTF-8. */
  @Column('text', { default: COLUMN_DEFAULTS.data })
  data!: string;

  @Column('integer', { nullable: true })
  port!: number | null;

  /** A label for people. */
  @Column('text', { nullable: true })
  name!: string | null;

  /** The one source that probes it; null: every source does. */
  @Column('integer', { nullable: true })
  source_id!: number | null;
}
