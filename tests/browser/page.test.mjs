// A photo goes in, a caption comes out: on the CPU and on WebGPU, the same as natively.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { browser, Showtell } from './page.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';
import { assertSame } from './same.mjs';

describe('on the CPU', () => {
  let chromium, showtell;

  before(async () => {
    chromium = await browser({ gpu: false });
    showtell = await Showtell.open(chromium.context, '?device=cpu');
    await showtell.ready();
  });
  after(() => chromium.close());

  test('names the device', async () => {
    assert.match(await showtell.find('device').innerText(), /CPU.*asked for/);
  });

  test('captions a photo from the file input as the command line does', async () => {
    await showtell.choose(PHOTOS + 'chelsea.jpg');
    assertSame(await showtell.suggestion(), nativeCaption(PHOTOS + 'chelsea.jpg'), 1e-3);
  });

  test('captions a dropped photo, and the page answers while it works', async () => {
    await showtell.drop('coffee.jpg', 'image/jpeg', readFileSync(PHOTOS + 'coffee.jpg'));
    // The old caption is gone at once, and the page still runs scripts and takes clicks.
    await showtell.find('caption').waitFor({ state: 'detached' });
    assert.equal(await showtell.find('status').innerText(), 'Looking at photo 2 of 2…');
    assert.equal(await showtell.page.evaluate(() => document.querySelectorAll('figure img').length), 1);
    assertSame(await showtell.suggestion(), nativeCaption(PHOTOS + 'coffee.jpg'), 1e-3);
  });

  test('shows where a word came from', async () => {
    // A word that stands for something, in a sentence or by itself.
    await showtell.page
      .locator('[data-log-probability]')
      .filter({ hasText: /coffee|cup/ })
      .first()
      .hover();
    // A pixel for each of the 9x9 regions, the strongest clear.
    const shades = await showtell.find('attention').evaluate((canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      return Array.from({ length: width * height }, (_, place) => data[4 * place + 3]);
    });
    assert.equal(shades.length, 81);
    assert.equal(Math.min(...shades), 0);
    assert.ok(Math.max(...shades) > 100);
    // Over the photo, to its last pixel, whatever its shape.
    const photo = await showtell.find('photo').boundingBox();
    assert.deepEqual(await showtell.find('attention').boundingBox(), photo);
  });

  test('lets the suggestion be edited, swapped and copied', async () => {
    await showtell.find('alternatives').getByRole('button').nth(1).click();
    const second = await showtell.find('alternatives').getByRole('button').nth(1).innerText();
    assert.equal(await showtell.find('alt-text').inputValue(), second);
    await showtell.find('alt-text').fill('A cup of coffee on a table.');
    await chromium.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await showtell.find('copy').click();
    await showtell.find('copy').getByText('Copied').waitFor();
    const copied = await showtell.page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, 'A cup of coffee on a table.');
  });

  for (const [name, bytes, reason] of [
    ['empty.jpg', Buffer.alloc(0), /empty\.jpg: the file is empty/],
    ['notes.png', Buffer.from('no picture at all'), /notes\.png: not a JPEG, PNG or WebP picture/],
    ['half.jpg', readFileSync(PHOTOS + 'rocket.jpg').subarray(0, 600), /half\.jpg: the file is damaged/],
  ]) {
    test(`says why ${name} has no caption`, async () => {
      await showtell.drop(name, 'image/jpeg', bytes);
      await showtell.find('error').getByText(reason).waitFor({ timeout: 60_000 });
      assert.equal(await showtell.find('caption').count(), 0);
    });
  }

  test('goes on working after bad files', async () => {
    await showtell.choose(PHOTOS + 'rocket.jpg');
    assertSame(await showtell.suggestion(), nativeCaption(PHOTOS + 'rocket.jpg'), 1e-3);
    assert.equal(await showtell.find('error').count(), 0);
  });

  test('never asks another origin for anything', () => {
    const origin = new URL(process.env.SHOWTELL_URL).origin;
    const foreign = showtell.requests.filter((url) => !url.startsWith(origin) && !url.startsWith(`blob:${origin}`));
    assert.deepEqual(foreign, []);
    assert.ok(showtell.requests.some((url) => url.endsWith('model.safetensors')));
    assert.deepEqual(showtell.complaints, []);
  });
});

describe('without an adapter', () => {
  test('falls back to the CPU and says why', async () => {
    const chromium = await browser({ gpu: false });
    try {
      const showtell = await Showtell.open(chromium.context, '');
      await showtell.ready();
      assert.match(await showtell.find('device').innerText(), /CPU.*no WebGPU adapter/);
    } finally {
      await chromium.close();
    }
  });
});

describe('with a damaged bundle', () => {
  let chromium;
  before(async () => (chromium = await browser({ gpu: false })));
  after(() => chromium.close());

  for (const file of ['model.safetensors', 'tokenizer.json']) {
    test(`names ${file} when a byte of it is flipped`, async () => {
      await chromium.context.route(`**/bundle/${file}`, async (route) => {
        const response = await route.fetch();
        const body = Buffer.from(await response.body());
        body[body.length >> 1] ^= 1;
        await route.fulfill({ response, body });
      });
      const showtell = await Showtell.open(chromium.context, '?device=cpu');
      await showtell.find('error').getByText(`${file} is damaged`).waitFor({ timeout: 120_000 });
      assert.equal(await showtell.find('status').innerText(), 'The captioner could not be loaded');
      await chromium.context.unroute(`**/bundle/${file}`);
    });
  }

  test('refuses bundles of another origin', async () => {
    const showtell = await Showtell.open(chromium.context, '?bundle=https://example.org/bundle');
    await showtell.find('error').getByText('on another origin').waitFor();
  });
});

describe('on WebGPU, through SwiftShader', () => {
  test('captions as the command line does', async () => {
    const chromium = await browser({ gpu: true });
    try {
      const showtell = await Showtell.open(chromium.context, '?device=webgpu');
      // A photo dropped while the weights are still coming is captioned once they are here.
      await showtell.choose(PHOTOS + 'chelsea.jpg');
      await showtell.ready();
      assertSame(await showtell.suggestion(600_000), nativeCaption(PHOTOS + 'chelsea.jpg'), 2e-3);
      assert.match(await showtell.find('device').innerText(), /WebGPU/);
    } finally {
      await chromium.close();
    }
  });
});
