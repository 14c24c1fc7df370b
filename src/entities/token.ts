import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { milliseconds } from './milliseconds.ts';
import type { Role } from './role.ts';

/** What a program shows to use the API. */
@Entity('tokens')
export class Token {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text', { unique: true })
  name!: string;

  /** SHA-256 of the token, in hexadecimal. */
  @Column('text', { unique: true, select: false })
  hash!: string;

  @Column('text')
  role!: Role;

  @Column(milliseconds())
  created!: number;

  /** When it was used last, to the minute. */
  @Column(milliseconds({ nullable: true }))
  used!: number | null;

  /** From when on it is good for nothing. */
  @Column(milliseconds({ nullable: true }))
  expires!: number | null;
}
