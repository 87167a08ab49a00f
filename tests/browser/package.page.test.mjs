// The JavaScript package in a page without a bundler: packed, installed into a fresh folder, and used there.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { consumers } from './consumers.mjs';
import { nativeCaption, nativeReading, PHOTOS, PICTURES } from './native.mjs';
import { browser } from './page.mjs';
import { serve } from './served.mjs';

/** A worker that has a captioner of its own. */
const INSIDE = `import { load } from './node_modules/showtell/index.js';
const captioner = await load({ device: 'cpu' });
postMessage((await captioner.caption('/photo.jpg')).hedged);`;

const expected = nativeCaption(`${PHOTOS}boats.jpg`);
const fresh = consumers();
after(() => fresh.remove());

describe('a page without a bundler, under a strict policy', () => {
  let server, other, chromium, page;
  const complaints = [];

  before(async () => {
    const folder = fresh.install('bare');
    writeFileSync(join(folder, 'inside.js'), INSIDE);
    server = await serve({
      '/tests/': new URL('../data/', import.meta.url).pathname,
      '/photos/': PHOTOS,
      '/': folder,
    });
    // Another origin, which lets nobody read its pictures.
    other = await serve({ '/': PHOTOS }, { policy: '' });
    chromium = await browser();
    page = await chromium.context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(server.address);
    await page.waitForFunction(() => document.getElementById('caption').textContent !== '', null, { timeout: 120_000 });
  });
  after(async () => {
    await chromium.close();
    await server.close();
    await other.close();
  });

  /** Captions what a function in the page makes, and gives the caption or the error's name and code. */
  const caption = (make, argument) =>
    page.evaluate(
      async ([make, argument]) => {
        const image = await new Function(`return (${make})`)()(argument);
        return window.captioner.caption(image, { beam: 1 }).then(
          ({ text, width, height }) => ({ text, size: [width, height] }),
          (error) => ({ error: `${error.name} ${error.code}`, message: error.message }),
        );
      },
      [make.toString(), argument],
    );

  test('captions its <img> as the command line does', async () => {
    assert.equal(await page.locator('#caption').innerText(), expected.told);
    assert.deepEqual(complaints, []);
    const [device, bundle] = await page.evaluate(() => [window.captioner.device, window.captioner.bundle]);
    assert.deepEqual(device, { name: 'CPU', reason: 'as asked for' });
    assert.ok(bundle.size > 1e7);
  });

  test('reads the words in a picture as the command line does', async () => {
    const { text, lines, width } = await page.evaluate(() => window.captioner.read('/tests/dialog.png'));
    const native = nativeReading(`${PICTURES.data}dialog.png`);
    assert.deepEqual(
      [text, width, lines.map((line) => line.text)],
      [native.text, native.width, native.lines.map((line) => line.text)],
    );
    assert.deepEqual(complaints, []);
  });

  test('takes files, bitmaps, pixels, canvases and addresses, and sees the same in all', async () => {
    const file = async () => (await fetch('/photo.jpg')).blob();
    const { text } = await caption(file);
    assert.ok(text.length > 5);
    const same = { text, size: [800, 640] };
    for (const make of [
      file,
      async () => new File([await (await fetch('/photo.jpg')).blob()], 'photo.jpg'),
      () => '/photo.jpg',
      () => new URL('/photo.jpg', location.href),
      () => document.getElementById('photo'),
      async () => createImageBitmap(await (await fetch('/photo.jpg')).blob()),
      async () => {
        const bitmap = await createImageBitmap(await (await fetch('/photo.jpg')).blob());
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height);
      },
      async () => {
        const bitmap = await createImageBitmap(await (await fetch('/photo.jpg')).blob());
        const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
        canvas.getContext('2d').drawImage(bitmap, 0, 0);
        return canvas;
      },
      // Of another frame, with classes of its own.
      async () => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        const image = frame.contentDocument.createElement('img');
        image.src = '/photo.jpg';
        return frame.contentDocument.body.appendChild(image);
      },
    ]) {
      assert.deepEqual(await caption(make), same, make.toString());
    }
  });

  test('lets the browser draw what the captioner cannot read', async () => {
    const drawn = await caption(() => {
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><circle cx="40" cy="30" r="20" fill="red"/></svg>';
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      return image;
    });
    assert.deepEqual(drawn.size, [80, 60]);
    const gif = await caption(
      () => 'data:image/gif;base64,R0lGODlhAgACAPAAAP8AAAAAACH5BAAAAAAALAAAAAACAAIAAAIChFEAOw==',
    );
    assert.deepEqual(gif.size, [2, 2]);
    const animated = await caption(() => '/tests/animated.webp');
    assert.ok(animated.text, 'an animation counts as its first frame');
  });

  test('takes an address with 50 MB in it', async () => {
    const large = await caption(async () => {
      const photo = new Uint8Array(await (await fetch('/photo.jpg')).arrayBuffer());
      // A JPEG may be followed by anything.
      const bytes = new Uint8Array(37_500_000);
      bytes.set(photo);
      const reader = new FileReader();
      const read = new Promise((resolve) => (reader.onload = resolve));
      reader.readAsDataURL(new Blob([bytes], { type: 'image/jpeg' }));
      await read;
      return reader.result;
    });
    assert.deepEqual(large.size, [800, 640]);
  });

  test('says what is wrong with a picture, and goes on', async () => {
    const foreign = other.address + 'boats.jpg';
    for (const [make, error] of [
      [() => new Blob([]), 'empty'],
      [() => new Blob(['no picture']), 'format'],
      [() => '/gone.jpg', 'unreachable'],
      [() => 'data:image/png;base64,AAAA', 'broken'],
      [() => '/tests/huge.png', 'too-large'],
      [async () => (await fetch('/photo.jpg')).blob().then((file) => file.slice(0, 2000)), 'broken'],
      [() => new ImageData(1, 1).data, 'input'],
      [() => 7, 'input'],
      [() => undefined, 'input'],
      [() => document.createElement('img'), 'input'],
      [() => Object.assign(new Image(), { src: '/gone.jpg' }), 'broken'],
      [() => Object.assign(document.createElement('canvas'), { width: 0 }), 'no-pixels'],
      [
        async () => {
          const bitmap = await createImageBitmap(new ImageData(4, 4));
          bitmap.close();
          return bitmap;
        },
        'no-pixels',
      ],
    ]) {
      assert.equal((await caption(make)).error, `ImageError ${error}`, make.toString());
    }
    // Its address: the policy of this page forbids even to ask.
    const address = await caption((foreign) => foreign, foreign);
    assert.equal(address.error, 'ImageError cross-origin');
    assert.ok((await caption(() => '/photo.jpg')).text);
  });

  test('can be given up, before a turn comes and in the midst of it', async () => {
    const found = await page.evaluate(async () => {
      const { captioner } = window;
      const reason = (promise) =>
        promise.then(
          () => 'captioned',
          (error) => error.name,
        );
      const control = new AbortController();
      const first = captioner.caption('/photo.jpg', { signal: control.signal });
      const second = captioner.caption('/photo.jpg', { signal: control.signal });
      const third = captioner.caption('/photo.jpg', { beam: 1 });
      control.abort();
      const late = captioner.caption('/photo.jpg', { signal: AbortSignal.abort(new Error('late')) });
      return Promise.all([reason(first), reason(second), reason(third), late.catch((error) => error.message)]);
    });
    assert.deepEqual(found, ['AbortError', 'AbortError', 'captioned', 'late']);
  });

  test('two at once share nothing, and one disposed of says so', async () => {
    const found = await page.evaluate(async () => {
      const { load, DisposedError } = window.showtell;
      const progress = [];
      const other = await load({ device: 'cpu', onProgress: ({ loaded, total }) => progress.push(loaded / total) });
      const [one, two] = await Promise.all([window.captioner.caption('/photo.jpg'), other.caption('/photo.jpg')]);
      const waiting = other.caption('/photo.jpg').catch((error) => error);
      other.dispose();
      other.dispose();
      const after = await other.caption('/photo.jpg').catch((error) => error);
      return {
        same: one.hedged === two.hedged,
        grows: progress.length > 1 && progress.at(-1) === 1,
        disposed: [await waiting, after].map((error) => error instanceof DisposedError && error.code),
      };
    });
    assert.deepEqual(found, { same: true, grows: true, disposed: ['disposed', 'disposed'] });
  });

  test('says what keeps it from loading', async () => {
    const found = await page.evaluate(async () => {
      const { load } = window.showtell;
      const why = (options) =>
        load(options).then(
          () => 'loaded',
          (error) => `${error.name} ${error.code}`,
        );
      const control = new AbortController();
      const stopped = why({ signal: control.signal });
      control.abort();
      return [await why({ bundle: '/nowhere' }), await why({ device: 'webgpu' }), await stopped];
    });
    assert.deepEqual(found, ['LoadError unreachable', 'LoadError device', 'AbortError 20']);
  });

  test('starts a worker that breaks anew, and leaves out a picture that breaks it twice', async () => {
    const found = await page.evaluate(async () => {
      const Real = window.Worker;
      const workers = [];
      window.Worker = class extends Real {
        constructor(...words) {
          super(...words);
          workers.push(this);
        }
      };
      try {
        const other = await window.showtell.load({ device: 'cpu' });
        /** What the worker says when it breaks, as soon as it has a picture to work on. */
        const breaking = () => {
          const worker = workers.at(-1);
          const post = worker.postMessage;
          worker.postMessage = function (message) {
            post.call(this, message);
            if (!message.request.Caption) return;
            const data = { Broken: { reason: 'for the test' } };
            worker.dispatchEvent(new MessageEvent('message', { data }));
            if (workers.at(-1) !== worker && breaks-- > 0) breaking();
          };
        };
        let breaks = 0;
        breaking();
        const once = await other.caption('/photo.jpg');
        breaks = 1;
        breaking();
        const bad = other.caption('/photo.jpg').catch((error) => `${error.code}: ${error.message}`);
        const next = other.caption('/photo.jpg');
        const found = [once.hedged, await bad, (await next).hedged, workers.length];
        other.dispose();
        return found;
      } finally {
        window.Worker = Real;
      }
    });
    assert.deepEqual(found, [
      expected.told,
      'crashed: the captioner broke over this picture: for the test',
      expected.told,
      4,
    ]);
  });

  test('works inside a worker', async () => {
    const text = await page.evaluate(async () => {
      const worker = new Worker('/inside.js', { type: 'module' });
      return new Promise((resolve, reject) => {
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
      });
    });
    assert.equal(text, expected.told);
  });
});

test('computes on WebGPU where that is asked for, and goes on with the CPU when it is lost', async () => {
  const server = await serve({ '/': fresh.install('bare', 'gpu') });
  const chromium = await browser({ gpu: true });
  try {
    const page = await chromium.context.newPage();
    await page.goto(server.address);
    await page.waitForFunction(() => window.showtell, null, { timeout: 60_000 });
    const [device, text] = await page.evaluate(async () => {
      const captioner = await window.showtell.load({ device: 'webgpu' });
      window.onGpu = captioner;
      return [captioner.device, (await captioner.caption('/photo.jpg', { beam: 1 })).hedged];
    });
    assert.deepEqual(device, { name: 'WebGPU', reason: 'as asked for' });
    assert.ok(text.length > 5);

    await page.evaluate(() => {
      window.next = window.onGpu.caption('/photo.jpg');
    });
    const session = await chromium.context.newCDPSession(page);
    await session.send('Browser.crashGpuProcess');
    const [after, next] = await page.evaluate(async () => {
      const { hedged } = await window.next;
      return [window.onGpu.device, hedged];
    });
    assert.equal(after.name, 'CPU');
    assert.match(after.reason, /^the GPU broke down: the GPU was lost/);
    assert.equal(next, expected.told);
  } finally {
    await chromium.close();
    await server.close();
  }
});
