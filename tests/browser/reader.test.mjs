// The words in a picture: read when they are wanted, by a program that nobody else downloads, and kept for later.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { wrongs } from './axe.mjs';
import { nativeCaption, nativeReading, PHOTOS, PICTURES, READER } from './native.mjs';
import { browser, Showtell } from './page.mjs';

const DIALOG = `${PICTURES.data}dialog.png`;
const CHART = `${PICTURES.docs}chart.jpg`;

const texts = (reading) => reading.lines.map(({ text }) => text);
const ofReader = (urls) => urls.filter((url) => /\/reader[./_]/.test(new URL(url).pathname));

/** A page with a browser of its own, ready for a photo. */
async function opened() {
  const chromium = await browser();
  const showtell = await Showtell.open(chromium.context);
  await showtell.ready();
  return { chromium, showtell };
}

const shown = (showtell) => showtell.find('lines').locator('li');

describe('words in a picture', () => {
  let chromium, showtell;
  before(async () => ({ chromium, showtell } = await opened()));
  after(() => chromium.close());

  test('cost nothing as long as nobody wants them', async () => {
    await showtell.choose(`${PHOTOS}chelsea.jpg`);
    await showtell.suggestion();
    assert.deepEqual(ofReader(showtell.requests), []);
    await showtell.find('read').waitFor();
  });

  test('that are not there are none', async () => {
    await showtell.find('read').click();
    await showtell.find('read-none').waitFor();
    assert.ok(ofReader(showtell.requests).some((url) => url.endsWith('recognizer.onnx')));
    assert.equal(await showtell.find('places').count(), 0);
  });

  test('of a chart are read without being asked for, and told with it', async () => {
    await showtell.choose(CHART);
    await shown(showtell).first().waitFor({ timeout: 60_000 });
    assert.deepEqual(await shown(showtell).allInnerTexts(), texts(nativeReading(CHART)));
    const { told } = nativeCaption(CHART, undefined, true);
    assert.match(told, /: /);
    assert.equal(await showtell.find('alt-text').inputValue(), told);
  });

  test('are marked where they stand while they are shown', async () => {
    const places = showtell.find('places').locator('polygon');
    assert.equal(await places.count(), await shown(showtell).count());
    await shown(showtell).nth(1).hover();
    assert.equal(await showtell.find('places').locator('.pointed').count(), 1);
    assert.equal(await places.nth(1).getAttribute('class'), 'pointed');
    // Over the line itself: the chart's lines lie within the picture.
    const [line, photo] = await Promise.all([places.nth(1).boundingBox(), showtell.find('photo').boundingBox()]);
    assert.ok(line.x >= photo.x - 2 && line.y >= photo.y - 2 && line.width > 4 && line.height > 4);
    await showtell.find('lines').locator('summary').click();
    await showtell.find('places').waitFor({ state: 'detached' });
    await showtell.find('lines').locator('summary').click();
    await showtell.find('places').waitFor();
    assert.deepEqual(await wrongs(showtell.page), []);
  });

  test('become the alt text where the picture is there for them, as a suggestion', async () => {
    await showtell.choose(DIALOG);
    await showtell.shown('done').waitFor();
    await showtell.find('purpose').getByRole('radio', { name: 'Text in the picture' }).check();
    const words = nativeReading(DIALOG).text.split(/\s+/).join(' ');
    await showtell.page.waitForFunction(
      (words) => document.querySelector('[data-testid=alt-text]').value === words,
      words,
      { timeout: 60_000 },
    );
    await showtell.find('review').getByText('suggested').waitFor();
    await showtell.find('alt-text').fill('Save changes?');
    await showtell.find('review').getByText('edited').waitFor();
  });

  test('are still there after a reload', async () => {
    await showtell.page.waitForTimeout(500);
    await showtell.page.reload();
    await showtell.ready();
    await showtell.items().nth(2).getByRole('button').first().click();
    await shown(showtell).first().waitFor();
    assert.equal(await showtell.find('alt-text').inputValue(), 'Save changes?');
    assert.deepEqual(await shown(showtell).allInnerTexts(), texts(nativeReading(DIALOG)));
  });

  test('are read without a network once they have been', async () => {
    await showtell.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      const kept = async () =>
        (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys())))
          .flat()
          .some(({ url }) => url.includes('reader/SHA256SUMS'));
      while (!(await kept())) await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await chromium.context.setOffline(true);
    const other = await Showtell.open(chromium.context);
    await other.ready();
    await other.choose(DIALOG);
    await other.shown('done').waitFor();
    if (await other.find('read').count()) await other.find('read').click();
    await shown(other).first().waitFor({ timeout: 60_000 });
    await chromium.context.setOffline(false);
    assert.deepEqual(await shown(other).allInnerTexts(), texts(nativeReading(DIALOG)));
    await other.page.close();
  });
});

describe('a reader that does not come', () => {
  let chromium, showtell;
  before(async () => ({ chromium, showtell } = await opened()));
  after(() => chromium.close());

  const ask = async () => {
    await showtell.find('read').click();
    await showtell.find('read-failed').or(showtell.find('lines')).first().waitFor({ timeout: 60_000 });
    return (await showtell.find('read-failed').count()) > 0;
  };

  test('is left alone where the visitor wants it so', async () => {
    await showtell.find('settings').click();
    await showtell.find('reads').uncheck();
    await showtell.find('settings-close').click();
    await showtell.choose(CHART);
    await showtell.shown('done').waitFor();
    await showtell.find('read').waitFor();
    assert.deepEqual(ofReader(showtell.requests), []);
  });

  test('is said, with the reason, and asked for again', async () => {
    await chromium.context.route('**/reader_bg.wasm', (route) => route.abort());
    assert.ok(await ask());
    await chromium.context.unroute('**/reader_bg.wasm');
  });

  test('is refused by its hash where it is damaged', async () => {
    const bytes = readFileSync(`${READER}recognizer.onnx`);
    bytes[bytes.length >> 1] ^= 1;
    await chromium.context.route('**/reader/recognizer.onnx', (route) => route.fulfill({ body: bytes }));
    assert.ok(await ask());
    const details = showtell.page.locator('.inscription details');
    await details.locator('summary').click();
    assert.match(await details.innerText(), /recognizer\.onnx/);
    await chromium.context.unroute('**/reader/recognizer.onnx');
    assert.ok(!(await ask()), 'a sound one is fetched anew');
    assert.deepEqual(await shown(showtell).allInnerTexts(), texts(nativeReading(CHART)));
  });
});
