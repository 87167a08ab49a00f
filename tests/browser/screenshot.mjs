// Takes the README's picture of the page: docs/page.png.

import { fileURLToPath } from 'node:url';
import { browser, Showtell } from './page.mjs';
import { PHOTOS } from './native.mjs';

const docs = (name) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const photo = process.argv[2] ?? 'boats.jpg';
const chromium = await browser({ gpu: false });
const showtell = await Showtell.open(chromium.context, '?device=cpu');
await showtell.ready();
await showtell.choose(PHOTOS + photo);
await showtell.suggestion();
await showtell.page.waitForTimeout(300);
await showtell.page.screenshot({ path: docs('page.png') });
if (process.argv.includes('--all')) {
  await showtell.page.locator('[data-log-probability]').nth(2).hover();
  await showtell.page.waitForTimeout(300);
  await showtell.page.screenshot({ path: '/tmp/attention.png' });
  await showtell.page.mouse.move(0, 0);
  await showtell.page.emulateMedia({ colorScheme: 'dark' });
  await showtell.page.screenshot({ path: '/tmp/dark.png' });
  await showtell.page.setViewportSize({ width: 360, height: 780 });
  await showtell.page.screenshot({ path: '/tmp/phone.png', fullPage: true });
}
await chromium.close();
