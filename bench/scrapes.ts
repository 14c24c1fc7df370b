/** Scrapes a monitor again and again, and prints how long each scrape took, and its bytes. Runs in a namespace of its own. */
const [url, interval] = process.argv.slice(2) as [string, string];

const headers = { accept: 'application/openmetrics-text;version=1.0.0' };

async function scrape(): Promise<void> {
  const began = performance.now();
  const { body } = await fetch(url, { headers });
  let bytes = 0;
  if (body) for await (const part of body) bytes += (part as Uint8Array).length;
  process.stdout.write(`${JSON.stringify({ ms: performance.now() - began, bytes })}\n`);
}

setInterval(scrape, Number(interval));
process.stdout.write('ready\n');
