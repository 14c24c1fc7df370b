import { Column, Entity, PrimaryGeneratedColumn, VirtualColumn } from 'typeorm';
import type { Doubt } from './doubt.ts';
import type { Outcome } from './outcome.ts';

/** What became of one probe, or one more answer to it. Its index is an expression's, which only the migrations can say. */
@Entity('results')
export class Result {
  @PrimaryGeneratedColumn()
  id!: number;

  /** The column itself. Drivers round it to a double on reading, so that `rtime` is what code reads. */
  @Column('bigint', { name: 'rtime', select: false })
  stored_rtime!: string;

  /** When the answer came, or the probe was given up: ns since the Unix epoch. */
  @VirtualColumn({
    type: 'text',
    query: (alias) => `CAST(${alias}.rtime AS TEXT)`,
    transformer: { from: (text: string) => BigInt(text), to: (value: bigint) => value.toString() },
  })
  rtime!: bigint;

  /** Who answered; null when nobody did. */
  @Column('text', { nullable: true })
  address!: string | null;

  /** The source's location and host when the probe was sent. */
  @Column('integer', { nullable: true })
  rsite!: number | null;

  @Column('integer', { nullable: true })
  rhost!: number | null;

  /** Round-trip time, ms; null without an answer. */
  @Column('double precision', { nullable: true })
  rtt!: number | null;

  /** IP protocol number of the answer: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6. */
  @Column('integer', { nullable: true })
  rtype!: number | null;

  /** ICMP code of the answer. */
  @Column('integer', { nullable: true })
  rcode!: number | null;

  /** ICMP type of the answer. */
  @Column('integer', { nullable: true })
  icmptype!: number | null;

  /** The probe's identifier and sequence. */
  @Column('integer', { nullable: true })
  rid!: number | null;

  @Column('integer', { nullable: true })
  rseq!: number | null;

  /** Whether the payload came back as it was sent; null where none came back. */
  @Column('boolean', { nullable: true })
  datamatch!: boolean | null;

  /** TTL or hop limit that the answer arrived with, where the transport tells. */
  @Column('integer', { nullable: true })
  rttl!: number | null;

  @Column('integer', { nullable: true })
  destination_id!: number | null;

  @Column('integer', { nullable: true })
  source_id!: number | null;

  @Column('text')
  outcome!: Outcome;

  /** Why it may say more of this host than of the network; null where nothing speaks for that. */
  @Column('text', { nullable: true })
  doubt!: Doubt | null;
}
