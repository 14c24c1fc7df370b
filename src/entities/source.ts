import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A host that runs pinger. */
@Entity('sources')
export class Source {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('integer', { default: 0 })
  location!: number;

  @Column('integer', { default: 0 })
  host!: number;

  /** 0–255: the high byte of the identifier in every packet that this source sends. */
  @Column('integer', { unique: true })
  sourceid!: number;

  @Column('text', { nullable: true })
  address!: string | null;

  /** How a starting pinger finds its row; the hostname unless told otherwise. */
  @Column('text', { nullable: true, unique: true })
  name!: string | null;

  /** Who stored this source's newest batch of results, and its number: so that none is stored twice. */
  @Column('text', { nullable: true, select: false })
  writer?: string | null;

  @Column('integer', { default: 0, select: false })
  batch?: number;

  /** Random: what a source of one database has in common with no other. Its spill is known by it. */
  @Column('text', { nullable: true, select: false })
  key?: string | null;

  /** When it gave a sign of life last, ns since the Unix epoch; drivers round it to a double on reading. */
  @Column('bigint', { nullable: true, select: false })
  seen?: string | null;

  /** Whether its monitor was stopped on purpose since then. */
  @Column('boolean', { default: false, select: false })
  stopped?: boolean;
}
