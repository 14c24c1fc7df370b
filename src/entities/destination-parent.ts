import { Column, Entity } from 'typeorm';

/** That a destination cannot be reached when another one is down: its router, say. */
@Entity('destination_parents')
export class DestinationParent {
  @Column('integer', { primary: true })
  destination_id!: number;

  @Column('integer')
  parent_id!: number;
}
