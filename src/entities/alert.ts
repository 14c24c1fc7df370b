import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { MOMENT } from './moment.ts';

/**
 * - `firing`: it goes on, and whom it concerns is told
 * - `suppressed`: it goes on, and nobody is told, because of what `suppressed` says
 * - `resolved`: it is over
 */
export const ALERT_STATES = ['firing', 'suppressed', 'resolved'] as const;

export type AlertState = (typeof ALERT_STATES)[number];

/** What a rule has found of a destination, as one source saw it. It outlives its rule, its destination and its source. */
@Entity('alerts')
export class Alert {
  @PrimaryGeneratedColumn()
  id!: number;

  /** Random; what a message goes by whoever gets it twice. */
  @Column('text', { unique: true })
  uid!: string;

  @Column('integer')
  rule_id!: number;

  @Column('text')
  rule!: string;

  @Column('text')
  severity!: string;

  @Column('text')
  metric!: string;

  /** null: it is about the source itself. */
  @Column('integer', { nullable: true })
  destination_id!: number | null;

  @Column('text', { nullable: true })
  destination!: string | null;

  @Column('integer')
  source_id!: number;

  @Column('text', { nullable: true })
  source!: string | null;

  @Column('text')
  state!: AlertState;

  /** When it became bad, ms since the Unix epoch; when it was told, and when it was over. */
  @Column(MOMENT)
  started!: number;

  @Column({ ...MOMENT, nullable: true })
  fired!: number | null;

  @Column({ ...MOMENT, nullable: true })
  resolved!: number | null;

  /** The figure: a share or ms; null of states. */
  @Column('double precision', { nullable: true })
  value!: number | null;

  @Column('double precision', { nullable: true })
  threshold!: number | null;

  /** In one line, what is wrong. */
  @Column('text')
  detail!: string;

  /** `maintenance 3`, `parent 5`, or `source`; null: nothing. */
  @Column('text', { nullable: true })
  suppressed!: string | null;

  /** Why it is over, where that is not by itself: the destination is paused, say. */
  @Column('text', { nullable: true })
  ended!: string | null;
}
