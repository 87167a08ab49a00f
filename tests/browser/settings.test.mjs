// What the visitor sets is heeded, remembered and taken back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browser, Showtell } from './page.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';

const CAT = PHOTOS + 'chelsea.jpg';

let chromium, showtell;
before(async () => {
  chromium = await browser();
  showtell = await Showtell.open(chromium.context);
  await showtell.ready();
});
after(() => chromium.close());

describe('settings', () => {
  test('change the search, are remembered, and go back', async () => {
    await showtell.find('settings').click();
    await showtell.find('width').fill('1');
    await showtell.find('width').blur();
    await showtell.page.keyboard.press('Escape');
    await showtell.choose(CAT);
    const greedy = await showtell.suggestion();
    assert.equal(greedy.alternatives.length, 1);
    assert.match(greedy.confidence, /not measured/);
    await showtell.page.reload();
    await showtell.ready();
    await showtell.find('settings').click();
    assert.equal(await showtell.find('width').inputValue(), '1');
    await showtell.find('max-words').fill('4');
    await showtell.find('sampling').check();
    await showtell.find('temperature').fill('1.2');
    await showtell.find('settings-close').click();
    await showtell.choose(PHOTOS + 'boats.jpg');
    assert.ok((await showtell.suggestion()).words.length <= 4);
    await showtell.find('settings').click();
    await showtell.find('reset').click();
    await showtell.find('settings-close').click();
    await showtell.choose(CAT);
    assert.equal((await showtell.suggestion()).caption, nativeCaption(CAT).told);
  });

  test('show the measured time, and change the device and the bundle', async () => {
    const page = await Showtell.open(chromium.context, '');
    await page.ready();
    await page.find('settings').click();
    await page
      .find('times')
      .getByText(/CPU \d+ ms, WebGPU not measured/)
      .waitFor();
    await page.find('device-choice').selectOption('cpu');
    await page
      .find('device')
      .getByText(/as asked for/)
      .waitFor();
    // A bundle that cannot be loaded gives way to the page's own.
    await page.find('bundle').fill('https://example.org/bundle');
    await page.find('bundle-load').click();
    await page.find('notice').getByText('on another origin').waitFor();
    await page.ready();
    await page.find('device-choice').selectOption('auto');
    await page.ready();
    await page.page.close();
  });

  test('speak German and remember it', async () => {
    await showtell.find('settings').click();
    await showtell.find('language').selectOption('de');
    await showtell.page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
    await showtell.page.keyboard.press('Escape');
    assert.equal(await showtell.page.evaluate(() => document.documentElement.lang), 'de');
    await showtell.page.reload();
    await showtell.find('status').getByText('Bereit für ein Foto').waitFor();
    await showtell.find('settings').click();
    await showtell.find('language').selectOption('en');
    await showtell.page.keyboard.press('Escape');
    await showtell.ready();
  });

  test('tell all that is kept, keep nothing, and delete everything', async () => {
    const kept = () =>
      showtell.page.evaluate(async () => ({
        caches: (await caches.keys()).filter((name) => name.startsWith('showtell')),
        databases: (await indexedDB.databases()).map(({ name }) => name),
      }));
    await showtell.find('settings').click();
    await showtell
      .find('kept-all')
      .getByText(/\d+\.\d MB in all: .* 3 photos with what is written about them/)
      .waitFor();
    await showtell.find('keep-nothing').check();
    await showtell.page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
    await showtell.find('settings-close').click();
    await showtell.page.reload();
    await showtell.ready();
    assert.equal(await showtell.items().count(), 0);
    await showtell.choose(CAT);
    await showtell.suggestion();
    assert.deepEqual((await kept()).databases, []);
    await showtell.find('settings').click();
    await showtell.find('keep-nothing').uncheck();
    await showtell.page.waitForFunction(async () => (await indexedDB.databases()).length === 1);
    await showtell.find('delete-everything').click();
    await showtell.heard('Everything is deleted');
    assert.deepEqual(await kept(), { caches: [], databases: [] });
    assert.equal(await showtell.items().count(), 0);
    await showtell.find('settings-close').click();
  });
});
