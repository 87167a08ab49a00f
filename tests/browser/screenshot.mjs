// Takes the pictures of the page's main states, desk and phone, light and dark: docs/screens and the
// README's docs/page.png. `cargo xtask screens` runs it.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawn } from './drawn.mjs';
import { browser, Showtell } from './page.mjs';
import { PHOTOS } from './native.mjs';

const docs = (name) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
const NAMES = ['boats.jpg', 'coffee.jpg', 'chelsea.jpg', 'rocket.jpg', 'astronaut.jpg'];

mkdirSync(docs('screens'), { recursive: true });
const chromium = await browser({ gpu: false });
const showtell = await Showtell.open(chromium.context);
const { page } = showtell;

async function take(name, { screen = DESK, colorScheme = 'light', fullPage = false, top = true } = {}) {
  await page.setViewportSize(screen);
  await page.emulateMedia({ colorScheme });
  // Where the focus is may have scrolled the page.
  if (top) await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(400);
  await page.screenshot({ path: docs(name), fullPage });
}

await showtell.ready();
await take('screens/empty-desk-light.png');
await take('screens/empty-phone-dark.png', { screen: PHONE, colorScheme: 'dark' });
await showtell.choose(...NAMES.map((name) => PHOTOS + name));
await showtell.through(5);
await showtell.items().first().locator('.pick').click();
await page.mouse.move(5, 5);
await take('page.png');
await take('screens/caption-desk-dark.png', { colorScheme: 'dark' });
await take('screens/caption-phone-light.png', { screen: PHONE, fullPage: true });
await page.setViewportSize(DESK);
await page.emulateMedia({ colorScheme: 'light' });
await page.locator('[data-log-probability]').nth(2).hover();
// What is shown of words stands below the first screen.
await take('screens/attention-desk-light.png', { top: false });
await page.mouse.move(5, 5);
await showtell.find('tree').locator('summary').click();
await take('screens/tree-desk-light.png', { screen: { width: 1280, height: 1440 }, top: false });
await showtell.drop('pattern.png', 'image/png', drawn(5));
await showtell.through(NAMES.length + 1);
await take('screens/declined-desk-light.png');
await take('screens/declined-phone-dark.png', { screen: PHONE, colorScheme: 'dark' });
await page.setViewportSize(DESK);
await page.locator('input[name=layout][value=list]').check();
await showtell.find('list').locator('textarea').first().focus();
await page.keyboard.press('Enter');
await take('screens/list-desk-light.png');
await take('screens/list-phone-dark.png', { screen: PHONE, colorScheme: 'dark' });
await showtell.find('settings').click();
await take('screens/settings-phone-dark.png', { screen: PHONE, colorScheme: 'dark' });
await chromium.close();
