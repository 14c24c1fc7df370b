import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AlertRunner } from '../src/alerts/alert-runner.ts';
import type { AlertMessage } from '../src/alerts/message.ts';
import { SystemClock } from '../src/io/clock.ts';
import type { Pinger, PingerEvents } from '../src/pinger.ts';
import { openDatabase } from '../src/storage/database.ts';
import { SeparateAccess } from '../src/storage/database-access.ts';
import { TemporaryFolder } from './folder.ts';
import { watchLoop } from './loop-watch.ts';
import { sleep } from './process.ts';
import { count, figure, type Measure, type Options, type Report } from './report.ts';

/** Losses count from then on, ms after the start. */
const SETTLED = 16_000;

/** Results come as probes at an interval of a second bring them, so many times a second: what falls due together comes together. */
const TICKS = 200;

/** The longest that everything may take, ms. */
const PATIENCE = 120_000;

/** The longest that the event loop may be held up, ms. */
const LIMIT = 20;

interface Phase {
  /** From the first lost or answered probe until everybody has been told, s. */
  took: number;
  messages: number;
  /** CPU time of the process, ms, less what feeding costs while nothing happens. */
  cpu: number;
  /** The longest that the event loop was held up, CPU ms. */
  holdUp: number;
  /** MiB more than before. */
  rss: number;
}

const rss = () => process.memoryUsage().rss / 2 ** 20;

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** A monitor's events, made up: some destinations fail, and others answer on. */
async function storm(failing: number, answering: number) {
  const folder = new TemporaryFolder();
  const messages: AlertMessage[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      messages.push(JSON.parse(body));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `sqlite:${join(folder.path, 'pinger.db')}`;
  const dataSource = await openDatabase(url, { create: true, lockTimeout: 5000 });
  const all = failing + answering;
  await dataSource.query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${all})
    INSERT INTO destinations (address) SELECT '127.2.' || (i / 250) || '.' || (i % 250 + 1) FROM n`);
  await dataSource.query("UPDATE destinations SET address = '10' || substr(address, 4)");
  await dataSource.query("INSERT INTO alert_rules (name, recovery_hold) VALUES ('down', 0)");
  await dataSource.query(
    "INSERT INTO alert_channels (name, kind, settings, group_interval) VALUES ('hook', 'webhook', $1, 5000)",
    [JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` })],
  );
  const clock = new SystemClock();
  const events = new EventEmitter<PingerEvents>();
  const access = new SeparateAccess(url);
  const runner = new AlertRunner(events as Pinger, { database: access, clock });
  for (let id = 1; id <= all; id++)
    events.emit('destination', { destination_id: id, address: '', label: '', status: 'probed' });
  runner.start({ id: 1, name: 'bench' });

  let down = false;
  let tick = 0;
  const feeding = setInterval(() => {
    const rtime = clock.wall(clock.now());
    for (let id = 1 + (tick++ % TICKS); id <= all; id += TICKS) {
      const isLost = down && id <= failing;
      events.emit('result', {
        ...{ destination_id: id, outcome: isLost ? 'timeout' : 'reply', rtt: isLost ? null : 1 },
        ...{ doubt: null, rseq: 1, address: null, rtime },
      } as never);
    }
  }, 1000 / TICKS);
  try {
    await sleep(SETTLED);
    const [from, at] = [cpu(), performance.now()];
    await sleep(4000);
    const idle = (cpu() - from) / (performance.now() - at);

    const phase = async (kind: 'fired' | 'resolved'): Promise<Phase> => {
      const [cpuBefore, rssBefore, before, start] = [cpu(), rss(), messages.length, performance.now()];
      const watched = watchLoop();
      const told = () => messages.slice(before).reduce((sum, { counts }) => sum + counts[kind], 0);
      while (told() < failing) {
        if (performance.now() - start > PATIENCE)
          throw new Error(`${told()} of ${failing} alerts were told within ${PATIENCE} ms`);
        await sleep(20);
      }
      const took = performance.now() - start;
      return {
        took: took / 1000,
        messages: messages.length - before,
        cpu: cpu() - cpuBefore - idle * took,
        holdUp: watched().cpu,
        rss: rss() - rssBefore,
      };
    };
    down = true;
    const fired = await phase('fired');
    down = false;
    const resolved = await phase('resolved');
    // That the last message has arrived is written down after it has.
    await sleep(3000);
    const [{ lost }] = await dataSource.query(
      "SELECT count(*) AS lost FROM alert_deliveries WHERE state <> 'delivered'",
    );
    return { fired, resolved, idle, lost: Number(lost) };
  } finally {
    clearInterval(feeding);
    await runner.close();
    await access.close();
    await dataSource.destroy();
    server.closeAllConnections();
    server.close();
    folder.remove();
  }
}

async function run({ quick }: Options): Promise<Report> {
  const [failing, answering] = quick ? [200, 50] : [10_000, 1000];
  const { fired, resolved, lost } = await storm(failing, answering);
  const row = (name: string, { took, messages, cpu, holdUp, rss }: Phase) => [
    name,
    ...[took, messages, cpu, (cpu / failing) * 1000, holdUp, rss].map(figure),
  ];
  return {
    title: 'A storm of alerts',
    method: [
      `${count(failing)} destinations fail in the same second and come back later, while ${count(answering)} answer on; each is an alert of one rule, told to one
webhook on this host, which listens in the same process. The results are made up, as probes at an interval of a second would bring them; alerts, database (SQLite
in a file) and deliveries are real, and so is the time. CPU is what the process took beyond feeding. "told after" is from the first lost probe, of which
a destination needs three to be down.`,
    ],
    tables: [
      {
        caption: '',
        columns: [
          'what',
          'told after s',
          'messages',
          'CPU ms',
          'CPU µs an alert',
          'holds up, CPU ms',
          'RSS grown, MiB',
        ],
        rows: [row(`${count(failing)} begin`, fired), row(`${count(failing)} are over`, resolved)],
      },
    ],
    goals: [
      {
        measure: `messages of ${count(failing)} alerts that begin together`,
        figure: figure(fired.messages),
        goal: '≤ 2',
        // With an interval of a few ms, how many there are is up to the machine.
        met: quick ? undefined : fired.messages <= 2,
      },
      {
        measure: 'longest hold-up of the event loop',
        figure: `${figure(Math.max(fired.holdUp, resolved.holdUp))} ms`,
        goal: `≤ ${LIMIT} ms`,
        met: quick ? undefined : Math.max(fired.holdUp, resolved.holdUp) <= LIMIT,
      },
      { measure: 'alerts not told', figure: figure(lost), goal: '0', met: lost === 0 },
    ],
    panels: [],
    warnings: [],
  };
}

export const alerts: Measure = {
  name: 'alerts',
  about: 'what a storm of alerts costs, and how it is told',
  run,
};
