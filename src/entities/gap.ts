import { Column, Entity, PrimaryGeneratedColumn, VirtualColumn } from 'typeorm';

/**
 * Why a source has no results of a time, none of which is the network's doing.
 *
 * - `down`: no monitor ran
 * - `suspended`: its host slept
 * - `cut_off`: its host could send nothing at all
 */
export const GAP_REASONS = ['down', 'suspended', 'cut_off'] as const;

export type GapReason = (typeof GAP_REASONS)[number];

const moment = (name: string) => ({
  type: 'text' as const,
  query: (alias: string) => `CAST(${alias}."${name}" AS TEXT)`,
  transformer: { from: (text: string) => BigInt(text), to: (value: bigint) => value.toString() },
});

/** A time in which a source could not probe. */
@Entity('gaps')
export class Gap {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('integer')
  source_id!: number;

  /** The columns themselves. Drivers round them to doubles on reading, so that `start` and `end` are what code reads. */
  @Column('bigint', { name: 'start', select: false })
  stored_start!: string;

  @Column('bigint', { name: 'end', select: false })
  stored_end!: string;

  /** Wall time, ns since the Unix epoch. */
  @VirtualColumn(moment('start'))
  start!: bigint;

  @VirtualColumn(moment('end'))
  end!: bigint;

  @Column('text')
  reason!: GapReason;
}
