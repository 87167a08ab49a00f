// The browser's storage is full: the page says so at once, with what is kept and what is not, and no text is lost.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { png } from './drawn.mjs';
import { ADDRESS, browser, Showtell } from './page.mjs';

/** Pixels that nothing compresses. */
function noise(seed, side) {
  const blocks = Array.from({ length: Math.ceil((side * side * 3) / 32) }, (_, place) =>
    createHash('sha256').update(`${seed} ${place}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, side * side * 3);
}

describe('a storage that is full', () => {
  let chromium, showtell, folder, session;
  const photos = [];
  const origin = new URL(ADDRESS).origin;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'showtell-full-'));
    for (const name of ['one', 'two', 'three']) {
      photos.push(join(folder, `${name}.png`));
      // A megabyte and a half each.
      writeFileSync(photos.at(-1), png(700, 700, noise(name, 700)));
    }
    chromium = await browser();
    showtell = await Showtell.open(chromium.context);
    await showtell.ready();
    session = await chromium.context.newCDPSession(showtell.page);
  });
  after(async () => {
    await chromium.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const room = async (bytes) => {
    const { usage } = await showtell.page.evaluate(() => navigator.storage.estimate());
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + bytes });
  };
  const write = async (place, text) => {
    await showtell.items().nth(place).getByRole('button').first().click();
    await showtell.find('alt-text').fill(text);
  };
  const kept = () =>
    showtell.page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const open = indexedDB.open('showtell');
          open.onerror = reject;
          open.onsuccess = () => {
            const get = open.result.transaction('notes').objectStore('notes').getAll();
            get.onsuccess = () => resolve(get.result.map((note) => JSON.parse(note).draft.description));
            open.result.close();
          };
        }),
    );

  test('is said, with what is not kept, and texts are kept all the same', async () => {
    await room(500_000);
    await showtell.choose(...photos);
    await showtell.through(3);
    await showtell.find('notice').getByText('3 photos will be missing after a reload. All texts are kept.').waitFor();
    for (const place of [0, 1, 2]) await write(place, `Noise ${place}.`);
    while (!(await kept()).every((text, place) => text === `Noise ${place}.`)) await showtell.page.waitForTimeout(50);
    const [download] = await Promise.all([showtell.page.waitForEvent('download'), showtell.find('export-now').click()]);
    const table = readFileSync(await download.path(), 'utf8');
    for (const place of [0, 1, 2]) assert.match(table, new RegExp(`Noise ${place}\\.`));
  });

  test('loses photos alone: after a reload the texts are there, and leave the page', async () => {
    await showtell.page.reload();
    await showtell.ready();
    assert.equal(await showtell.items().count(), 3);
    await showtell.items().nth(1).getByRole('button').first().click();
    await showtell.page.waitForFunction(() => document.querySelector('[data-testid=alt-text]')?.value === 'Noise 1.');
    assert.equal(await showtell.reviewed('edited').count(), 3);
  });

  test('gives the texts to the photos once they come again', async () => {
    await room(50_000_000);
    await showtell.choose(...photos);
    await showtell.page.waitForTimeout(300);
    assert.equal(await showtell.items().count(), 3);
    await showtell.items().nth(2).getByRole('button').first().click();
    await showtell.find('photo').waitFor();
    assert.equal(await showtell.find('alt-text').inputValue(), 'Noise 2.');
    await showtell.page.waitForTimeout(1000);
    await showtell.page.reload();
    await showtell.ready();
    assert.equal(await showtell.items().count(), 3);
    await showtell.items().nth(0).getByRole('button').first().click();
    await showtell.page.waitForFunction(() => document.querySelector('[data-testid=photo]')?.src.startsWith('blob:'));
    assert.equal(await showtell.find('alt-text').inputValue(), 'Noise 0.');
  });

  test('says where a text is not kept either, and asks before the page is left', async () => {
    await showtell.page.evaluate(() => {
      // As browsers do: everything is taken, and the whole given up at the end.
      IDBTransaction.prototype.commit = function () {
        this.abort();
      };
    });
    await write(0, 'Grey noise.');
    await showtell.find('notice').getByText('One text is not kept either: export it.').waitFor();
    const asked = showtell.page.waitForEvent('dialog').then((dialog) => (dialog.accept(), dialog.type()));
    await showtell.page.close({ runBeforeUnload: true });
    assert.equal(await asked, 'beforeunload');
  });
});
