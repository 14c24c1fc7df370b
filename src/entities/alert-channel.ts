import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Who is told of alerts, and how. Any tool may write a row; `channelOf` says what is wrong with one. */
@Entity('alert_channels')
export class AlertChannel {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text', { unique: true })
  name!: string;

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** `webhook`, `email` or `command`. */
  @Column('text')
  kind!: string;

  /** JSON, by the kind. It may have secrets, and is never shown. */
  @Column('text', { default: '{}' })
  settings!: string;

  /** Whether the end of an alert is told, too. */
  @Column('boolean', { default: true })
  send_resolved!: boolean;

  /** How long others are waited for that may be told in the same message, ms; without news for a second, no longer. */
  @Column('integer', { default: 10_000 })
  group_wait!: number;

  /** How long it is at least from one message of a rule to the next, ms. */
  @Column('integer', { default: 60_000 })
  group_interval!: number;
}

/** That a rule tells a channel. A rule without any tells all. */
@Entity('alert_rule_channels')
export class AlertRuleChannel {
  @Column('integer', { primary: true })
  rule_id!: number;

  @Column('integer', { primary: true })
  channel_id!: number;
}
