import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './engine.ts';

/** "ping" in ASCII: marks a SQLite file as pinger's. https://www.sqlite.org/pragma.html#pragma_application_id */
export const APPLICATION_ID = 0x70696e67;

const SQLITE = {
  id: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL',
  resultId: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL',
  yes: '1',
  resultKey: '',
  partitioned: '',
};

/** Partitions can only be had from the start, and what they are made by has to be in every unique index. */
const POSTGRES = {
  id: 'serial PRIMARY KEY',
  resultId: 'bigserial',
  yes: 'true',
  resultKey: ',\n      PRIMARY KEY (id, rtime)',
  partitioned: ' PARTITION BY RANGE (rtime)',
};

/** Sources, destinations and results. */
export class Tables1732000000000 implements MigrationInterface {
  readonly name = 'Tables1732000000000';

  async up(runner: QueryRunner): Promise<void> {
    const postgres = isPostgres(runner);
    const { id, resultId, yes, resultKey, partitioned } = postgres ? POSTGRES : SQLITE;
    if (!postgres) await runner.query(`PRAGMA application_id = ${APPLICATION_ID}`);
    await runner.query(`CREATE TABLE sources (
      id ${id},
      location integer NOT NULL DEFAULT 0,
      host integer NOT NULL DEFAULT 0,
      sourceid integer NOT NULL,
      address text,
      CONSTRAINT sources_sourceid UNIQUE (sourceid),
      CONSTRAINT sources_sourceid_range CHECK (sourceid BETWEEN 0 AND 255)
    )`);
    await runner.query(`CREATE TABLE destinations (
      id ${id},
      active boolean NOT NULL DEFAULT ${yes},
      address text NOT NULL,
      protocol integer NOT NULL DEFAULT 3,
      interval integer NOT NULL DEFAULT 1000,
      timeout integer NOT NULL DEFAULT 1000,
      ttl integer NOT NULL DEFAULT 64,
      data text NOT NULL DEFAULT ''
    )`);
    await runner.query(`CREATE TABLE results (
      id ${resultId},
      rtime bigint NOT NULL,
      address text,
      rsite integer,
      rhost integer,
      rtt double precision,
      rtype integer,
      rcode integer,
      rid integer,
      rseq integer,
      datamatch boolean${resultKey}
    )${partitioned}`);
    // What has no partition of its own yet: a day gets one before it begins, as a rule.
    if (postgres) await runner.query('CREATE TABLE results_default PARTITION OF results DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['results', 'destinations', 'sources']) await runner.query(`DROP TABLE ${table}`);
  }
}
