import { Column, Entity, PrimaryColumn } from 'typeorm';
import { milliseconds } from './milliseconds.ts';

/** A user who has signed in with one browser. */
@Entity('sessions')
export class Session {
  /** SHA-256 of what is in the cookie, in hexadecimal. */
  @PrimaryColumn('text')
  hash!: string;

  @Column('integer')
  user_id!: number;

  @Column(milliseconds())
  created!: number;

  @Column(milliseconds())
  expires!: number;
}
