import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { milliseconds } from './milliseconds.ts';
import type { Role } from './role.ts';

/** A person who may sign in to the page. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text', { unique: true })
  name!: string;

  /** A hash of it, with its salt and what it costs to compute: `$scrypt$ln=…,r=…,p=…$SALT$HASH`. */
  @Column('text', { select: false })
  password!: string;

  @Column('text')
  role!: Role;

  @Column(milliseconds())
  created!: number;
}
