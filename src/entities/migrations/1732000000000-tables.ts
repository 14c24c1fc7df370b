import type { MigrationInterface, QueryRunner } from 'typeorm';

/** "ping" in ASCII: marks a SQLite file as pinger's. https://www.sqlite.org/pragma.html#pragma_application_id */
export const APPLICATION_ID = 0x70696e67;

/** Sources, destinations and results. */
export class Tables1732000000000 implements MigrationInterface {
  readonly name = 'Tables1732000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`PRAGMA application_id = ${APPLICATION_ID}`);
    await runner.query(`CREATE TABLE sources (
      id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      location integer NOT NULL DEFAULT 0,
      host integer NOT NULL DEFAULT 0,
      sourceid integer NOT NULL,
      address text,
      CONSTRAINT sources_sourceid UNIQUE (sourceid),
      CONSTRAINT sources_sourceid_range CHECK (sourceid BETWEEN 0 AND 255)
    )`);
    await runner.query(`CREATE TABLE destinations (
      id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      active boolean NOT NULL DEFAULT 1,
      address text NOT NULL,
      protocol integer NOT NULL DEFAULT 3,
      interval integer NOT NULL DEFAULT 1000,
      timeout integer NOT NULL DEFAULT 1000,
      ttl integer NOT NULL DEFAULT 64,
      data text NOT NULL DEFAULT ''
    )`);
    await runner.query(`CREATE TABLE results (
      id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      rtime bigint NOT NULL,
      address text,
      rsite integer,
      rhost integer,
      rtt double precision,
      rtype integer,
      rcode integer,
      rid integer,
      rseq integer,
      datamatch boolean
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['results', 'destinations', 'sources']) await runner.query(`DROP TABLE ${table}`);
  }
}
