import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One edit of the destinations table, written by its triggers. */
@Entity('destination_changes')
export class DestinationChange {
  @PrimaryGeneratedColumn()
  revision!: number;

  @Column('integer')
  destination_id!: number;

  @Column('text')
  op!: 'insert' | 'update' | 'delete';
}
