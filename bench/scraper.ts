/** Prints what an exporter says, as often as a line comes in; an empty line ends each. Runs in a namespace of its own. */
const [url, wanted] = process.argv.slice(2) as [string, string];
const pattern = new RegExp(wanted);

/** How often, and how long between, it is asked until it answers; ms. */
const TRIES = 300;
const PAUSE = 100;

async function scrape(): Promise<string> {
  for (let tries = 1; ; tries++)
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
}

process.stdin.setEncoding('utf8').on('data', async () => {
  const lines = (await scrape()).split('\n').filter((line) => pattern.test(line));
  process.stdout.write(`${lines.join('\n')}\n\n`);
});
process.stdout.write('ready\n\n');
