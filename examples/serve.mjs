// A monitor with its page and API inside another program: adds a destination by the API, follows it live, and asks what became of it.
//
//   node examples/serve.mjs
import { createPinger, HttpServer } from 'pinger';

const pinger = createPinger({ database: 'sqlite::memory:', source: 'example' });
const server = await HttpServer.of(pinger, { listen: { host: '127.0.0.1', port: 0 } });
await pinger.start();
const url = await server.listen();
console.log(`the page is at ${url}`);

const answer = await fetch(`${url}api/v1/destinations`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ address: '127.0.0.1', interval: 100 }),
});
const place = answer.headers.get('location');
console.log(`${answer.status} ${place}`);

const events = await fetch(`${url}api/v1/live/events`);
let text = '';
for await (const chunk of events.body.pipeThrough(new TextDecoderStream())) {
  text += chunk;
  if (/"state":"up"/.test(text)) break;
}
console.log('it is up');

const { results } = await (await fetch(`${url}api/v1/results?limit=1`)).json();
console.log(`the newest result is a ${results[0].outcome} of ${results[0].destination}`);

await server.close();
await pinger.stop();
