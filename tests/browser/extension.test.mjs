// The extension describes pictures and fills alt texts on pages of others: without a network, with no
// more access than its user gives, and for everybody.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { wrongs } from './axe.mjs';
import { Extension, MANIFEST } from './extension.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';

const { told: boats } = nativeCaption(PHOTOS + 'boats.jpg');
const BOATS = readFileSync(PHOTOS + 'boats.jpg').toString('base64');

let extension;
before(async () => (extension = await Extension.start()));
after(() => extension.close());

const bubble = (page) => page.locator('showtell-bubble').getByRole('dialog');

/** The note once it says something. */
async function says(page, text) {
  await bubble(page).getByText(text).waitFor({ timeout: 60_000 });
  return bubble(page).innerText();
}

/** What the page says about its images. */
const images = (page) => page.locator('img').evaluateAll((all) => all.map(({ outerHTML }) => outerHTML.slice(0, 200)));
const attribute = (page, id, name) => page.locator(`#${id}`).getAttribute(name);

/** Nothing is wrong but what was wrong with the page before. */
async function looks(page, state) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const found = (await wrongs(page, 5)).filter((wrong) => !/^(image-alt|link-name): .*<img/.test(wrong));
    assert.deepEqual(found, [], `${state}, ${colorScheme}`);
  }
}

describe('access', () => {
  test('is asked for as little as can be', () => {
    assert.deepEqual(MANIFEST.permissions, ['activeTab', 'contextMenus', 'offscreen', 'scripting']);
    assert.equal(MANIFEST.host_permissions, undefined);
    assert.equal(MANIFEST.content_scripts, undefined);
  });

  test('comes with being asked, for that page', async () => {
    const page = await extension.open('<p>Nothing.</p>');
    const reached = () =>
      extension.background.evaluate(async () => {
        const [{ id }] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
        return chrome.scripting.executeScript({ target: { tabId: id }, func: () => 1 }).then(
          () => true,
          () => false,
        );
      });
    assert.equal(await reached(), false);
    await (await extension.press(page)).close();
    assert.equal(await reached(), true);
    await page.close();
  });

  test('ends where browsers keep extensions out, which is said', async () => {
    const page = await extension.open('', 'chrome://version/');
    const popup = await extension.press(page);
    await popup.says('Browsers keep extensions out of this page.');
    await popup.close();
    await extension.key(page, 'fill');
    const badge = () =>
      extension.background.evaluate(async () => {
        const [{ id }] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
        return chrome.action.getBadgeText({ tabId: id });
      });
    while ((await badge()) !== '!') await new Promise((resolve) => setTimeout(resolve, 50));
    await page.close();
  });
});

describe('describing a picture', () => {
  let page;
  before(async () => {
    page = await extension.open(`
      <style>section, p, button, showtell-bubble, :host { display: none !important; color: red !important }</style>
      <a id="link" href="#" style="display: block; padding: 8px">A link</a>
      <img id="boats" src="/boats.jpg" width="300">
      <div style="position: relative; width: 300px">
        <img id="cat" src="/astronaut.jpg" width="300" style="display: block">
        <a id="over" href="#" style="position: absolute; inset: 0" aria-label="More"></a>
      </div>
      <img id="foreign" src="${extension.foreign.address}astronaut.jpg" width="300" style="position: absolute; left: 400px; top: 120px">`);
    await (await extension.press(page)).close();
  });
  after(async () => {
    await page.close();
    await extension.chromium.context.setOffline(false);
    await extension.serve();
  });

  test('is in the menu of pictures', async () => {
    // Rejects where there is no such entry.
    await extension.background.evaluate(() => chrome.contextMenus.update('describe', { enabled: true }));
  });

  test('needs no network, and shows a note that takes the focus and gives it back', async () => {
    await page.locator('#link').focus();
    await extension.site.close();
    await extension.chromium.context.setOffline(true);
    await extension.menu(page, `${extension.site.address}boats.jpg`);
    const text = await says(page, 'Written by a machine');
    assert.ok(text.includes(boats), text);
    assert.ok(await bubble(page).evaluate((note) => note.getRootNode().activeElement === note));
    assert.equal(await attribute(page, 'boats', 'alt'), null);
    await looks(page, 'a note');
    const place = await bubble(page).boundingBox();
    const image = await page.locator('#boats').boundingBox();
    assert.ok(place.y >= image.y + image.height && place.x >= image.x, 'beneath the picture');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    assert.equal(await bubble(page).count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'link');
  });

  test('finds the one under the pointer, also beneath a layer, and at the focus', async () => {
    await page.locator('h1').hover();
    await extension.key(page, 'describe');
    await says(page, 'There is no picture here.');
    await bubble(page).getByRole('button', { name: 'Close' }).click();
    await page.locator('#over').hover();
    await extension.key(page, 'describe');
    const cat = nativeCaption(PHOTOS + 'astronaut.jpg').told;
    assert.ok((await says(page, 'Written by a machine')).includes(cat));
    await bubble(page).getByRole('button', { name: 'Copy' }).click();
    await says(page, 'Copied.');
    await extension.chromium.context.grantPermissions(['clipboard-read']);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), cat);
    await page.mouse.move(990, 690);
    await page.keyboard.press('Escape');
    await page.locator('#over').focus();
    await extension.key(page, 'describe');
    await says(page, 'Written by a machine');
    assert.equal(await bubble(page).count(), 1);
    await page.keyboard.press('Escape');
  });

  test('looks at the window where the picture may not be read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'showtell-'));
    const path = join(folder, 'seen.png');
    await page.locator('#foreign').screenshot({ path });
    await extension.menu(page, `${extension.foreign.address}astronaut.jpg`);
    const text = await says(page, 'Written by a machine');
    assert.ok(text.includes(nativeCaption(path).told), text);
    rmSync(folder, { recursive: true });
  });
});

describe('filling a page', () => {
  let page, untouched;
  before(async () => {
    page = await extension.open(`
      <img id="file" src="/boats.jpg" width="300">
      <img id="author" src="/boats.jpg" width="100" alt="Boats.">
      <img id="decoration" src="/boats.jpg" width="100" alt="">
      <a href="#"><img id="function" src="/boats.jpg" width="100"></a>
      <img id="data" src="data:image/jpeg;base64,${BOATS}" width="100">
      <img id="vector" src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle cx='4' cy='4' r='4' fill='red'/></svg>" width="100">
      <img id="broken" src="data:image/png;base64,AAAA" width="100" height="100">
      <img id="foreign" src="${extension.foreign.address}astronaut.jpg" width="100">`);
    // A file in the page's memory, and an address of 50 MB.
    await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const add = async (id, src) => {
        const image = Object.assign(new Image(100), { id, src });
        document.querySelector('main').append(image);
        await image.decode();
      };
      await add('memory', URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })));
      const reader = new FileReader();
      reader.readAsDataURL(new Blob([bytes, new Uint8Array(37e6)], { type: 'image/jpeg' }));
      await new Promise((resolve) => (reader.onload = resolve));
      await add('large', reader.result);
    }, BOATS);
    untouched = (await images(page)).slice(0, -1);
  });
  after(() => page.close());

  test('gives the pictures that lack an alt text one, with a mark, and leaves the others', async () => {
    const popup = await extension.press(page);
    assert.match(await popup.says('Alt+Shift+D'), /Alt\+Shift\+F/);
    await popup.press('fill');
    const { host } = new URL(extension.foreign.address);
    const shown = await popup.says(`1 more from ${host}, which Showtell may not fetch from yet.`);
    assert.match(shown, /\d described, \d could not be described\./);
    for (const id of ['file', 'data', 'memory']) assert.equal(await attribute(page, id, 'alt'), boats, id);
    for (const id of ['file', 'data', 'memory', 'large']) {
      assert.equal(await attribute(page, id, 'data-alt-source'), 'showtell', id);
    }
    // Too heavy to be looked at again and again.
    await page.evaluate(() => document.getElementById('large').remove());
    assert.equal(await attribute(page, 'author', 'alt'), 'Boats.');
    assert.equal(await attribute(page, 'decoration', 'alt'), '');
    for (const id of ['function', 'broken', 'foreign']) assert.equal(await attribute(page, id, 'alt'), null, id);
    const text = await says(page, 'pictures described.');
    assert.match(text, /could not be described/);
    assert.match(text, /1 picture may not be read/);
    await looks(page, 'filled');
    for (const colorScheme of ['light', 'dark']) {
      await popup.emulateMedia({ colorScheme });
      assert.deepEqual(await wrongs(popup, 5), [], `popup, ${colorScheme}`);
    }
    await popup.close();
  });

  test('sees to pictures that come later', async () => {
    await page.evaluate(() => {
      document.querySelector('main').append(Object.assign(new Image(100), { id: 'later', src: '/boats.jpg' }));
    });
    await page.locator('#later[alt]').waitFor();
    assert.equal(await attribute(page, 'later', 'alt'), boats);
    await page.locator('#later').evaluate((image) => image.remove());
  });

  test('goes on where it is asked again before it is done', async () => {
    const other = await extension.open(
      '<img id="one" src="/astronaut.jpg" width="99"><img id="two" src="/boats.jpg" width="99">',
    );
    await (await extension.press(other)).close();
    await extension.key(other, 'fill');
    await says(other, 'Looking at the pictures');
    await extension.key(other, 'fill');
    await says(other, '2 pictures described.');
    assert.equal(await attribute(other, 'two', 'alt'), boats);
    // The panel knows of it, and takes both back.
    const popup = await extension.press(other);
    await popup.says('2 described.');
    await popup.press('undo');
    await popup.says('Taken back.');
    assert.equal(await other.locator('img[alt], img[data-alt-source]').count(), 0);
    await popup.close();
    await other.close();
    await page.bringToFront();
  });

  test('can be undone, to the letter', async () => {
    await bubble(page).getByRole('button', { name: 'Undo' }).click();
    await says(page, 'taken back.');
    assert.deepEqual(await images(page), untouched);
  });

  test('says so where there is nothing to fill', async () => {
    const other = await extension.open('<img src="/boats.jpg" alt="Boats.">');
    await (await extension.press(other)).close();
    await extension.key(other, 'fill');
    await says(other, 'No picture here lacks an alt text.');
    await other.close();
  });
});

test('pictures of other sites are read once their site is allowed', async () => {
  // The browser's question cannot be answered from a test, so it has been answered before.
  const allowed = await Extension.start(({ foreign }) => ({ host_permissions: [`${foreign.address}*`] }));
  try {
    const page = await allowed.open(`<img id="foreign" src="${allowed.foreign.address}astronaut.jpg" width="300">`);
    await (await allowed.press(page)).close();
    await allowed.key(page, 'fill');
    await says(page, '1 picture described.');
    assert.equal(await attribute(page, 'foreign', 'alt'), nativeCaption(PHOTOS + 'astronaut.jpg').told);
  } finally {
    await allowed.close();
  }
});
