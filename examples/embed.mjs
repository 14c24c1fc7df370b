// Runs a monitor inside another program: probes two addresses for a second, and says what it saw.
//
//   node examples/embed.mjs
import { createPinger } from 'pinger';

const pinger = createPinger({
  database: 'sqlite::memory:',
  source: 'example',
  destinations: [
    { address: '127.0.0.1', protocol: 3, interval: 100 },
    { address: '::1', protocol: 6, interval: 100 },
  ],
});

pinger.on('state', (state) => console.log(`pinger is ${state}`));
pinger.on('destination', ({ destination_id, address, status }) =>
  console.log(`destination ${destination_id} (${address}) is ${status}`),
);

const rtts = [];
pinger.on('result', ({ outcome, rtt }) => {
  if (outcome === 'reply') rtts.push(rtt);
});

await pinger.start();
await new Promise((resolve) => setTimeout(resolve, 1000));
const { sent, stored } = await pinger.stop();

console.log(`${sent} probes sent, ${stored} results stored, ${rtts.length} replies`);
