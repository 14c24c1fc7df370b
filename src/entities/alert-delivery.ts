import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { MOMENT } from './moment.ts';

/** What of an alert is told: that it has begun, that it goes on, that it is over. */
export const DELIVERY_KINDS = ['fired', 'repeated', 'resolved'] as const;

export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;

/** That a channel is to be told of an alert; written together with what it tells of. */
@Entity('alert_deliveries')
export class AlertDelivery {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('integer')
  alert_id!: number;

  @Column('integer')
  channel_id!: number;

  /** Whose alert it is, and who delivers it. */
  @Column('integer')
  source_id!: number;

  /** Those with one message are told together. */
  @Column('text')
  message!: string;

  @Column('text')
  kind!: DeliveryKind;

  /** Of those that are repeated, the how manieth. */
  @Column('integer', { default: 0 })
  number!: number;

  @Column('text', { default: 'waiting' })
  state!: (typeof DELIVERY_STATES)[number];

  /** ms since the Unix epoch. */
  @Column(MOMENT)
  created!: number;

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column(MOMENT)
  next_try!: number;

  @Column({ ...MOMENT, nullable: true })
  delivered!: number | null;

  /** Why the last attempt failed. */
  @Column('text', { nullable: true })
  error!: string | null;
}
