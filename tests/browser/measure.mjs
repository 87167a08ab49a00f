// The page's figures: bytes before the first caption, seconds to it and to a later one, on the CPU.

import { browser, Showtell } from './page.mjs';
import { PHOTOS } from './native.mjs';

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const RUNS = 3;
const firsts = [];
const laters = [];
let addresses;

for (let run = 0; run < RUNS; run += 1) {
  const chromium = await browser({ gpu: false });
  const begun = performance.now();
  const showtell = await Showtell.open(chromium.context, '?device=cpu');
  await showtell.choose(PHOTOS + 'chelsea.jpg');
  await showtell.suggestion();
  firsts.push(performance.now() - begun);
  addresses = new Set(showtell.requests.filter((url) => url.startsWith(process.env.SHOWTELL_URL)));
  for (const name of ['coffee.jpg', 'rocket.jpg', 'astronaut.jpg']) {
    const again = performance.now();
    await showtell.choose(PHOTOS + name);
    await showtell.find('caption').waitFor({ state: 'detached' });
    await showtell.find('caption').waitFor();
    laters.push(performance.now() - again);
  }
  await chromium.close();
}

// Chromium keeps no bodies of what a worker fetched; the server sends them once more.
const sizes = await Promise.all(
  [...addresses].map(async (url) => {
    const answer = await fetch(url, { headers: { 'accept-encoding': 'br, gzip' } });
    const body = await answer.arrayBuffer();
    return [url, body.byteLength, Number(answer.headers.get('content-length') ?? body.byteLength)];
  }),
);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
for (const [url, whole, sent] of sizes.filter(([, whole]) => whole > 100_000)) {
  console.log(`${new URL(url).pathname}: ${megabytes(whole)}, sent as ${megabytes(sent)}`);
}
const sum = (place) => sizes.reduce((sum, size) => sum + size[place], 0);
console.log(`bytes before the first caption: ${megabytes(sum(1))}, sent as ${megabytes(sum(2))}`);
console.log(
  `first caption after ${(median(firsts) / 1000).toFixed(1)} s, a later one after ${(median(laters) / 1000).toFixed(2)} s (CPU)`,
);
