import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { MAIN, pinger } from '../support/command.ts';
import { PostgresServer, serverPackage } from '../support/postgres-server.ts';
import { hasProgram } from '../support/privileges.ts';
import { Tmux } from '../support/tmux.ts';
import { WaveringLine } from '../support/wavering-line.ts';

/** A server whose line to the watcher can be cut. What a monitor would do is done by SQL, past that line. */
describe.runIf(hasProgram('tmux') && serverPackage() !== undefined)(
  'a server that is away',
  { timeout: 90_000 },
  () => {
    let server: PostgresServer;
    let line: WaveringLine;
    let database: string;
    let made = 0;

    beforeAll(async () => {
      server = await PostgresServer.start();
    }, 30_000);

    afterAll(() => server.stop());

    const sql = (text: string) => server.query(text, database);

    const now = () => `${BigInt(Date.now()) * 1_000_000n}`;

    /** Results of both destinations, as a monitor stores them, and its sign of life. */
    const live = (first: string) =>
      sql(`UPDATE sources SET seen = ${now()};
        INSERT INTO results (rtime, destination_id, source_id, outcome, rtt) VALUES
        (${now()}, 1, 1, '${first}', 1.5), (${now()}, 2, 1, 'reply', 2.5)`);

    beforeEach(async () => {
      database = `watched_${made++}`;
      await server.query(`CREATE DATABASE ${database}`);
      const direct = { env: { PINGER_DATABASE: server.url(database) } };
      const added = await pinger(['destinations', 'add', '192.0.2.1', '192.0.2.2'], direct);
      expect(added.code).toBe(0);
      await sql("INSERT INTO sources (sourceid, name) VALUES (1, 'here')");
      await live('reply');
      line = await WaveringLine.to(server.port);
      onTestFinished(() => line.close());
      const alive = setInterval(() => void sql(`UPDATE sources SET seen = ${now()}`), 2000);
      onTestFinished(() => clearInterval(alive));
    });

    async function watching(): Promise<Tmux> {
      const url = server.url(database).replace(`:${server.port}/`, `:${line.port}/`);
      const tmux = new Tmux({ width: 140, height: 20, env: { PINGER_DATABASE: url } });
      tmux.enter(`${process.execPath} ${MAIN} watch; echo code=$?`);
      await tmux.until(/^pinger │[\s\S]*● up +192\.0\.2\.1/m);
      return tmux;
    }

    /** Keys do what they do while nothing can be read. */
    async function keysAnswer(tmux: Tmux): Promise<void> {
      const quickly = 3000;
      tmux.press('D');
      await tmux.until(/destination▲/, quickly);
      tmux.press('r');
      await tmux.until(/destination▼/, quickly);
      tmux.press('b', '-');
      await tmux.until(/▸ ● up {2}2/, quickly);
      tmux.press('+', 'b', 'b', 'b', 'S');
      await tmux.until(/state▲/, quickly);
      tmux.resize(90, 18);
      await tmux.until(/^q quit/m, quickly);
    }

    /** One line says so, and it is the first one. */
    const said = (screen: string): string => {
      expect(screen.match(/no answer|trying again/g)).toHaveLength(1);
      return screen.split('\n')[0] as string;
    };

    async function recovers(tmux: Tmux): Promise<void> {
      line.become('up');
      await live('timeout');
      await tmux.until(/^pinger │[\s\S]*▲ lossy +192\.0\.2\.1/m, 40_000);
      tmux.press('q');
      await tmux.until(/code=0/);
    }

    test('does not answer: one line says so, keys go on, and it is read again when it answers', async () => {
      const tmux = await watching();
      line.become('mute');
      expect(said(await tmux.until(/no answer for \d+ s/, 10_000))).toMatch(
        /^database postgres:\/\/postgres@127\.0\.0\.1:\d+\/watched_\d+: no answer for [3-9] s$/,
      );
      await keysAnswer(tmux);
      expect(said(await tmux.until(/trying again/))).toMatch(
        /^trying again: database .*: the server cannot b/,
      );
      expect(tmux.screen).toMatch(/● up +192\.0\.2\.1/);
      await keysAnswer(tmux);
      await recovers(tmux);
    });

    test('refuses: the same', async () => {
      const tmux = await watching();
      line.become('refusing');
      expect(said(await tmux.until(/trying again/))).toMatch(
        /^trying again: database .*: the server cannot b/,
      );
      await keysAnswer(tmux);
      await recovers(tmux);
    });

    test('does not answer an edit: that is said, and nothing of it happens later', async () => {
      const tmux = await watching();
      tmux.press('j', 'p');
      await tmux.until(/Pause 192\.0\.2\.1\? \[y\/N\]/);
      line.become('mute');
      tmux.press('y');
      await tmux.until(/not paused: database .*: the server cannot be reached/, 20_000);
      await recovers(tmux);
      expect(await sql('SELECT active FROM destinations WHERE id = 1')).toEqual([{ active: true }]);
    });

    test('nobody who quits waits for it', async () => {
      const tmux = await watching();
      line.become('mute');
      await sleep(2000);
      const began = performance.now();
      tmux.press('q');
      await tmux.until(/code=0/);
      expect(performance.now() - began).toBeLessThan(5000);
    });
  },
);
