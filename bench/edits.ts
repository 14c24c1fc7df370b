import { join } from 'node:path';
import { createPinger } from 'pinger';
import { openDatabase } from '../src/storage/database.ts';
import { TemporaryFolder } from './folder.ts';
import { type HoldUp, watchLoop } from './loop-watch.ts';
import { sleep } from './process.ts';
import { median } from './quantiles.ts';
import { count, figure, type Measure, type Options, type Report } from './report.ts';

/** Longer than an edit takes to be noticed and followed, ms. */
const WINDOW = 500;

/** How long adding all of them may take at most, ms. */
const ADDED_WITHIN = 60_000;

/** The longest that an edit may hold up the others, ms. */
const LIMIT = 1;

interface Followed extends HoldUp {
  /** From the commit of the edit to its taking effect, ms; NaN where there was none. */
  took: number;
}

const middle = (all: readonly Followed[]): Followed => ({
  took: median(all.map(({ took }) => took)),
  wall: median(all.map(({ wall }) => wall)),
  cpu: median(all.map(({ cpu }) => cpu)),
});

async function follow(destinations: number, times: number): Promise<Record<string, Followed>> {
  const folder = new TemporaryFolder();
  try {
    const database = `sqlite:${join(folder.path, 'pinger.db')}`;
    const pinger = createPinger({ database });
    let told = 0;
    let toldAt = Number.NaN;
    pinger.on('destination', () => {
      told++;
      toldAt = performance.now();
    });
    await pinger.start();
    const other = await openDatabase(database, { create: false, lockTimeout: 5000 });

    /** Edits the table, as another process would, and watches the loop from then on. */
    const edit = async (sql: string): Promise<Followed> => {
      const before = told;
      if (sql) await other.query(sql);
      const from = performance.now();
      const watched = watchLoop();
      await sleep(WINDOW);
      if (sql && told !== before + 1) throw new Error(`told of ${told - before} changes after: ${sql}`);
      return { ...watched(), took: sql ? toldAt - from : Number.NaN };
    };

    // An hour's interval: what is measured is the edit, not the probing.
    await other.query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${destinations})
      INSERT INTO destinations (address, interval) SELECT '127.2.' || (i / 250) || '.' || (i % 250 + 1), 3600000 FROM n`);
    const from = performance.now();
    const watched = watchLoop();
    while (told < destinations && performance.now() - from < ADDED_WITHIN) await sleep(1);
    const all = { ...watched(), took: toldAt - from };

    // Each has had its first probe, and nothing else is going on.
    await sleep(1500);
    const found = {
      idle: [] as Followed[],
      add: [] as Followed[],
      edit: [] as Followed[],
      remove: [] as Followed[],
    };
    for (let n = 1; n <= times; n++) {
      const id = Math.ceil((destinations * n) / (times + 1));
      const address = `127.3.${n}.1`;
      found.idle.push(await edit(''));
      found.add.push(
        await edit(`INSERT INTO destinations (address, interval) VALUES ('${address}', 3600000)`),
      );
      // Its first probe comes within a second, and is no part of the edit.
      await sleep(1000);
      found.edit.push(
        await edit(`UPDATE destinations SET address = '127.4.${n}.1', timeout = 2000 WHERE id = ${id}`),
      );
      found.remove.push(await edit(`DELETE FROM destinations WHERE address = '${address}'`));
    }
    await other.destroy();

    const stopped = performance.now();
    await pinger.stop();
    const stop = { took: performance.now() - stopped, wall: Number.NaN, cpu: Number.NaN };
    const { idle, add, edit: edited, remove } = found;
    return { all, idle: middle(idle), add: middle(add), edit: middle(edited), remove: middle(remove), stop };
  } finally {
    folder.remove();
  }
}

async function run({ quick }: Options): Promise<Report> {
  const destinations = quick ? 500 : 10_000;
  const found = await follow(destinations, quick ? 1 : 9);
  const of = `one of ${count(destinations)}`;
  const names = {
    idle: 'no edit, for comparison',
    add: `add ${of}`,
    edit: `change address and timeout of ${of}`,
    remove: `remove ${of}`,
    all: `add ${count(destinations)} rows`,
    stop: `stop ${count(destinations)}`,
  };
  return {
    title: 'Edits',
    method: METHOD,
    tables: [
      {
        caption: '',
        columns: ['edit', 'takes ms', 'holds up, CPU ms', 'holds up, wall ms'],
        rows: Object.entries(names).map(([key, name]) => {
          const { took, cpu, wall } = found[key] as Followed;
          return [name, ...[took, cpu, wall].map(figure)];
        }),
      },
    ],
    goals: (['add', 'edit', 'remove'] as const).map((key) => {
      const { cpu } = found[key] as Followed;
      return {
        measure: `hold-up, ${names[key]}`,
        figure: `${figure(cpu)} ms`,
        goal: `< ${LIMIT} ms`,
        met: quick ? undefined : cpu < LIMIT,
      };
    }),
    panels: [],
    warnings: [],
  };
}

const METHOD = [
  `Rows are edited through another connection while a pinger of this process has all of them in hand, none of them due. “Takes” is from the commit
to the edit's taking effect (the table is looked at four times a second). “Holds up” is the most CPU time that the event loop's thread takes at a stretch (within a
millisecond of idleness) in half a second from the commit on, which is judged; and by how much a timer came late, which has in it what other processes took. Medians of
nine.`,
];

export const edits: Measure = {
  name: 'edits',
  about: 'what adding, changing and removing one of 10,000 destinations costs the others',
  run,
};
