// How long the reader of words takes in a browser, and whether it reads what the command line reads: run by hand,
// `node tests/browser/reading.mjs FOLDER`, with SHOWTELL_PACKAGE, SHOWTELL_CLI and SHOWTELL_CHROMIUM as `cargo xtask test`
// sets them. FOLDER is what `shared/reader/bench/sets.py` drew; the first picture of each set is read five times.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeReading } from './native.mjs';
import { browser } from './page.mjs';
import { serve } from './served.mjs';

const folder = process.argv[2];
const sets = new Map();
for (const file of readdirSync(folder).sort()) {
  const set = /^(.*?)-?\d*\.(png|jpg)$/.exec(file)?.[1];
  if (set && !sets.has(set)) sets.set(set, join(folder, file));
}

const server = await serve({
  '/showtell/': process.env.SHOWTELL_PACKAGE,
  '/': new URL('embedded/', import.meta.url).pathname,
});
const chromium = await browser();
try {
  const page = await chromium.context.newPage();
  await page.goto(`${server.address}auto.html`);
  await page.evaluate(async () => {
    const { load } = await import('/showtell/index.js');
    window.captioner = await load({ device: 'cpu' });
  });
  for (const [set, path] of sets) {
    const { text, times, size } = await page.evaluate(
      async (bytes) => {
        const picture = new Blob([Uint8Array.from(bytes)]);
        const times = [];
        let reading;
        for (let run = 0; run < 5; run += 1) {
          reading = await window.captioner.read(picture);
          times.push(reading.milliseconds);
        }
        return { text: reading.text, times, size: [reading.width, reading.height] };
      },
      [...readFileSync(path)],
    );
    const median = times.sort((a, b) => a - b)[2];
    const same = text === nativeReading(path).text ? 'the same text' : 'ANOTHER text';
    console.log(`${set}: ${size.join('x')}, ${median.toFixed(0)} ms, ${same} as natively`);
  }
} finally {
  await chromium.close();
  await server.close();
}
