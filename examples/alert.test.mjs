// Tests an alert on "3 % loss for 5 minutes" without waiting for any of them.
//
//   node --test examples/alert.test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from 'pinger';

const MINUTE = 60_000_000_000n;

/** The alert: it is raised after five minutes in a row of which each lost 3 % or more, and cleared by one that did not. */
class LossAlert {
  raised = false;
  #minute;
  #sent = 0;
  #lost = 0;
  #badMinutes = 0;

  constructor(pinger) {
    pinger.on('result', (result) => this.#take(result));
  }

  #take({ rtime, outcome }) {
    const minute = rtime / MINUTE;
    if (minute !== this.#minute) this.#endMinute();
    this.#minute = minute;
    if (['late', 'duplicate', 'unsent'].includes(outcome)) return;
    this.#sent++;
    if (!['reply', 'refused'].includes(outcome)) this.#lost++;
  }

  #endMinute() {
    if (this.#sent === 0) return;
    this.#badMinutes = this.#lost / this.#sent >= 0.03 ? this.#badMinutes + 1 : 0;
    this.raised = this.#badMinutes >= 5;
    this.#sent = 0;
    this.#lost = 0;
  }
}

/** An office behind a link, a probe every 100 ms: 600 a minute. */
const office = {
  name: 'office',
  duration: '1h',
  links: { uplink: { delay: '8ms', jitter: '1ms' } },
  networks: { internet: { prefix: '198.51.100.0/24', path: ['uplink'] } },
  destinations: [{ address: '198.51.100.1', interval: '100ms' }],
};

test('an outage of four minutes raises no alert', async () => {
  const simulation = await simulate(office);
  const alert = new LossAlert(simulation.pinger);
  await simulation.run('10m');
  simulation.apply({ outage: 'uplink', for: '4m' });
  for (let minute = 0; minute < 20; minute++) {
    await simulation.run('1m');
    assert.equal(alert.raised, false);
  }
  await simulation.stop();
});

// 3 % in each direction.
test('6 % loss is told of within seven minutes, and its end within two', async () => {
  const simulation = await simulate(office);
  const alert = new LossAlert(simulation.pinger);
  await simulation.run('10m');
  assert.equal(alert.raised, false);
  simulation.apply({ impair: 'uplink', with: { loss: '3%' }, for: '20m' });
  await simulation.run('7m');
  assert.equal(alert.raised, true);
  await simulation.run('13m');
  assert.equal(alert.raised, true);
  await simulation.run('2m');
  assert.equal(alert.raised, false);
  await simulation.stop();
});
