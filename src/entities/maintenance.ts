import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { MOMENT } from './moment.ts';

/** A time in which destinations are worked on, and nobody is told of them. */
@Entity('maintenances')
export class Maintenance {
  @PrimaryGeneratedColumn()
  id!: number;

  /** Which destinations: terms as `Selector` has them; `*` is all. */
  @Column('text', { default: '*' })
  destinations!: string;

  /** ms since the Unix epoch. */
  @Column(MOMENT)
  starts!: number;

  @Column(MOMENT)
  ends!: number;

  /** `daily` or `weekly`, at the same time of the day; null: once. */
  @Column('text', { nullable: true })
  repeats!: string | null;

  /** Whose time of the day, such as `Europe/Berlin`; null: UTC. */
  @Column('text', { nullable: true })
  time_zone!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;
}
