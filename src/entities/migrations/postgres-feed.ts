import type { QueryRunner } from 'typeorm';

/**
 * The feed of edits to destinations, on PostgreSQL.
 *
 * Numbers are given out when an edit is made, and seen when its transaction has been committed: a reader that goes by them
 * would miss one that is committed after a later one. So a statement that edits waits for the transactions of those before
 * it, and before it has locked any row: the order of revisions is the order in which they are seen.
 *
 * The functions run as their owner: whoever may edit destinations needs no right to the feed.
 */
export async function createFeed(runner: QueryRunner): Promise<void> {
  await runner.query(`CREATE TABLE destination_changes (
    revision bigserial PRIMARY KEY,
    destination_id integer NOT NULL,
    op text NOT NULL
  )`);
  await runner.query(`CREATE FUNCTION pinger_destinations_queue() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('pinger.destinations'), CAST(TG_RELID AS integer));
      IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO destination_changes (destination_id, op) SELECT id, 'delete' FROM destinations ORDER BY id;
        PERFORM pg_notify('pinger_destinations', '');
      END IF;
      RETURN NULL;
    END $$`);
  await runner.query(`CREATE FUNCTION pinger_destinations_edited() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        INSERT INTO destination_changes (destination_id, op) SELECT id, 'delete' FROM old_rows ORDER BY id;
      ELSE
        INSERT INTO destination_changes (destination_id, op) SELECT id, lower(TG_OP) FROM new_rows ORDER BY id;
        -- Of ids that were given by hand none is given out again, nor one below them.
        PERFORM setval('destinations_id_seq', max(id)) FROM new_rows
          HAVING max(id) > (SELECT last_value FROM destinations_id_seq);
      END IF;
      IF TG_OP = 'UPDATE' THEN
        -- An update that changes the id takes one destination away and brings another.
        INSERT INTO destination_changes (destination_id, op)
          SELECT id, 'delete' FROM old_rows WHERE id NOT IN (SELECT id FROM new_rows) ORDER BY id;
      END IF;
      PERFORM pg_notify('pinger_destinations', '');
      RETURN NULL;
    END $$`);
  await runner.query(`CREATE TRIGGER destinations_queue BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON destinations
    FOR EACH STATEMENT EXECUTE FUNCTION pinger_destinations_queue()`);
  for (const [op, rows] of [
    ['insert', 'NEW TABLE AS new_rows'],
    ['update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'],
    ['delete', 'OLD TABLE AS old_rows'],
  ])
    await runner.query(`CREATE TRIGGER destinations_${op} AFTER ${op} ON destinations REFERENCING ${rows}
      FOR EACH STATEMENT EXECUTE FUNCTION pinger_destinations_edited()`);
}

/** Leaves the table of the feed. */
export async function dropFeed(runner: QueryRunner): Promise<void> {
  for (const trigger of ['queue', 'insert', 'update', 'delete'])
    await runner.query(`DROP TRIGGER destinations_${trigger} ON destinations`);
  for (const name of ['queue', 'edited']) await runner.query(`DROP FUNCTION pinger_destinations_${name}()`);
}
