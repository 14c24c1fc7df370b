import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What is watched, and from when on it is an alert. Any tool may write a row; `ruleOf` says what is wrong with one. */
@Entity('alert_rules')
export class AlertRule {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text', { unique: true })
  name!: string;

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** `state`, `source`, or a figure of docs/statistics.md: `loss`, `p50`, `p95`, `p99`, `ipdv_mean`. */
  @Column('text', { default: 'state' })
  metric!: string;

  /** Of the metric `state`: `down` (unless given), `up` or `change`. */
  @Column('text', { nullable: true })
  state!: string | null;

  /** `>` or `<`: on which side of the threshold a figure is bad. */
  @Column('text', { default: '>' })
  comparison!: string;

  /** Loss: a share, 0 to 1. Times: ms. */
  @Column('double precision', { nullable: true })
  threshold!: number | null;

  /** A figure has to come back to this one to be good again; null: to `threshold`. */
  @Column('double precision', { nullable: true })
  recovery_threshold!: number | null;

  /** Over how long figures are taken, ms; of the state `change`: how long after one it is an alert. */
  @Column('integer', { default: 60_000 })
  span!: number;

  /** How long it has to be bad before it is an alert, ms. */
  @Column('integer', { default: 0 })
  hold!: number;

  /** How long it has to be good before the alert is over, ms. */
  @Column('integer', { default: 60_000 })
  recovery_hold!: number;

  /** `info`, `warning` or `critical`. */
  @Column('text', { default: 'critical' })
  severity!: string;

  /** Which destinations: terms as `Selector` has them; `*` is all. */
  @Column('text', { default: '*' })
  destinations!: string;

  /** How often an alert that goes on is told again, ms; null: never. */
  @Column('integer', { nullable: true })
  repeat!: number | null;
}
