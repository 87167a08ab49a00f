// The CPU path in Firefox, by hand: node firefox.mjs /usr/bin/firefox-esr, with SHOWTELL_URL set.
// Prints what was seen.

import { readFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { PHOTOS } from './native.mjs';

const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath: process.argv[2],
  headless: true,
});
const page = await browser.newPage();
page.on('console', (message) => console.log('console', message.type(), message.text()));
page.on('pageerror', (error) => console.log('error', String(error)));
const text = (id) => page.$eval(`[data-testid=${id}]`, (element) => element.innerText);

console.log(await browser.version());
const begun = performance.now();
await page.goto(process.env.SHOWTELL_URL);
await page.waitForFunction(() => document.querySelector('[data-testid=status]')?.innerText === 'Ready for a photo', {
  timeout: 300_000,
});
console.log(`ready after ${((performance.now() - begun) / 1000).toFixed(1)} s;`, await text('device'));
for (const name of ['boats.jpg', 'coffee.jpg', 'chelsea.jpg']) {
  const again = performance.now();
  const bytes = readFileSync(PHOTOS + name).toString('base64');
  await page.evaluate(
    (name, data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type: 'image/jpeg' }));
      document
        .querySelector('[data-testid=drop-zone]')
        .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    name,
    bytes,
  );
  await page.waitForSelector('li[data-state=done]:has([aria-current])', { timeout: 120_000 });
  console.log(name, `${((performance.now() - again) / 1000).toFixed(1)} s:`, await text('caption'));
}
await page.hover('[data-log-probability]');
console.log('attention', await page.$$eval('[data-testid=attention]', (found) => found.length));
if (process.argv[3]) await page.screenshot({ path: process.argv[3] });
await browser.close();
