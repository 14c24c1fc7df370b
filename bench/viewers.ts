/**
 * So many pages that are open at once: each has the stream of what is new, and asks for a chart now and then. Prints each second what they
 * have got so far. Runs in a namespace of its own.
 */
const [origin, pages, destinations, pause] = process.argv.slice(2) as [string, string, string, string];
const API = `${origin}/api/v1`;

const seen = { events: 0, bytes: 0, charts: 0, failures: 0, slowest: 0 };

async function follow(): Promise<void> {
  const { body, status } = await fetch(`${API}/live/events`, { headers: { accept: 'text/event-stream' } });
  if (status !== 200 || !body) throw new Error(`status ${status}`);
  const decoder = new TextDecoder();
  for await (const part of body) {
    const text = decoder.decode(part as Uint8Array, { stream: true });
    seen.bytes += text.length;
    seen.events += text.split('\nevent: update').length - 1 + (text.startsWith('event: update') ? 1 : 0);
  }
}

/** Another destination each time, as who looks around chooses them. */
async function look(): Promise<void> {
  const id = 1 + Math.floor(Math.random() * Number(destinations));
  const began = performance.now();
  const response = await fetch(`${API}/destinations/${id}/series?since=1h&points=300`);
  await response.arrayBuffer();
  seen.charts++;
  seen.slowest = Math.max(seen.slowest, performance.now() - began);
  if (response.status !== 200) seen.failures++;
}

const failed = () => {
  seen.failures++;
};

for (let n = 0; n < Number(pages); n++) {
  void follow().catch(failed);
  // Not all of them in the same moment.
  setTimeout(
    () => setInterval(() => void look().catch(failed), Number(pause)),
    (n * Number(pause)) / Number(pages),
  );
}
setInterval(() => process.stdout.write(`${JSON.stringify(seen)}\n`), 1000);
process.stdout.write('ready\n');
