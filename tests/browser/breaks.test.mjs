// A connection that breaks in every way: the page always says what is going on, keeps what has come, and goes on by
// itself.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { after, afterEach, before, describe, test } from 'node:test';
import { PHOTOS } from './native.mjs';
import { ADDRESS, browser, Showtell } from './page.mjs';

const PROGRAM = 'worker_bg.wasm';
const WEIGHTS = 'model.safetensors';

/** A server before the server that does with a file what a test says. */
async function between(address = '127.0.0.1') {
  const target = new URL(ADDRESS);
  /** What to do with a request, by the end of its path: once for each that is listed. */
  const orders = new Map();
  const asked = [];
  const open = new Set();
  const server = createServer((incoming, outgoing) => {
    const path = new URL(incoming.url, 'http://localhost').pathname;
    asked.push({ path, range: incoming.headers.range ?? null });
    const order = [...orders].find(([end]) => path.endsWith(end))?.[1]?.shift();
    if (order === 'before') return incoming.socket.destroy();
    if (typeof order === 'number') return outgoing.writeHead(order).end();
    if (order === 'zeros') return outgoing.writeHead(200).end(Buffer.alloc(6e7));
    if (order === 'short') return outgoing.writeHead(200).end(Buffer.alloc(1000));
    const options = { host: target.hostname, port: target.port, path: incoming.url, headers: incoming.headers };
    const forward = ask(options, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      let sent = 0;
      answer.on('data', (chunk) => {
        const half = Number(answer.headers['content-length'] ?? 2e6) / 2;
        if ((order === 'in' || order === 'hang') && sent + chunk.length > half) {
          if (order === 'in') return outgoing.destroy();
          // The connection stands, and nothing more comes.
          answer.pause();
          open.add(outgoing);
          return;
        }
        sent += chunk.length;
        outgoing.write(chunk);
      });
      answer.on('end', () => outgoing.end());
      answer.on('error', () => outgoing.destroy());
    });
    forward.on('error', () => outgoing.destroy());
    forward.end();
  });
  await new Promise((resolve) => server.listen(0, address, resolve));
  return {
    orders,
    asked,
    address: `http://${address}:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

let chromium, way;
before(async () => (chromium = await browser()));
after(() => chromium.close());
afterEach(async () => {
  for (const page of chromium.context.pages()) await page.close();
  await chromium.context.setOffline(false);
  await way?.close();
});

/** Opens the page through the server between: each time at another port, where nothing is kept. */
async function visit(orders) {
  way = await between();
  for (const [file, order] of Object.entries(orders)) way.orders.set(file, [order].flat());
  const page = await chromium.context.newPage();
  await page.goto(`${way.address}?device=cpu`, { waitUntil: 'commit' }).catch(() => {});
  return page;
}
const ready = (page) => page.getByTestId('status').getByText('Ready for a photo').waitFor({ timeout: 120_000 });
const held = (page) => page.getByTestId('held');

for (const [name, order, told] of [
  ['is damaged', 'zeros', /CompileError/],
  ['ends too soon', 'short', /worker_bg\.wasm is damaged: 1000 bytes of \d+/],
]) {
  test(`a program that ${name} is told, and fetched anew for whoever tries again`, async () => {
    const page = await visit({ [PROGRAM]: order });
    await page.getByText(told).first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Try again' }).click();
    await ready(page);
    assert.equal(way.asked.filter(({ path }) => path.endsWith(PROGRAM)).length, 2);
  });
}

for (const [name, file, status] of [
  ['the worker’s program', PROGRAM, 500],
  ['the weights', WEIGHTS, 503],
]) {
  describe(name, () => {
    test('breaks before it comes, and is asked for again', async () => {
      const page = await visit({ [file]: ['before', 'before'] });
      await ready(page);
      assert.ok(way.asked.filter(({ path }) => path.endsWith(file)).length >= 2);
    });

    test('breaks in the middle, and goes on at that byte', async () => {
      const page = await visit({ [file]: 'in' });
      await ready(page);
      const ranges = way.asked.filter(({ path }) => path.endsWith(file)).map(({ range }) => range);
      assert.ok(
        ranges.some((range) => /^bytes=[1-9]\d{4,}-$/.test(range)),
        `${ranges}`,
      );
    });

    test(`is answered with ${status} first`, async () => {
      const page = await visit({ [file]: Array(5).fill(status) });
      await held(page)
        .getByText(/The (server cannot|connection broke)/)
        .waitFor({ timeout: 60_000 });
      way.orders.clear();
      await page.getByTestId('try-now').click();
      await ready(page);
      assert.equal(await held(page).count(), 0);
    });

    test('hangs, and is asked for anew', async () => {
      const page = await visit({ [file]: 'hang' });
      await ready(page);
      const ranges = way.asked.filter(({ path }) => path.endsWith(file)).map(({ range }) => range);
      assert.ok(ranges.length > 1, `${ranges}`);
    });
  });
}

describe('the network', () => {
  test('that goes is named, what has come is kept, and it goes on once it is back', async () => {
    const page = await visit({ [WEIGHTS]: Array(50).fill('in') });
    await page
      .getByTestId('status')
      .getByText(/Loading/)
      .waitFor();
    // Beyond the program: the weights have begun.
    await page.waitForFunction(() =>
      /([6-9]|1\d)\.\d of/.test(document.querySelector('[data-testid=status]').innerText),
    );
    await chromium.context.setOffline(true);
    await held(page)
      .getByText(/The network is gone\. \d+\.\d of 2\d\.\d MB are kept; it goes on by itself\./)
      .waitFor({ timeout: 60_000 });
    const live = page.getByTestId('live');
    await live.getByText('The network is gone').waitFor();
    way.orders.clear();
    await chromium.context.setOffline(false);
    await ready(page);
    const ranges = way.asked.filter(({ path }) => path.endsWith(WEIGHTS)).map(({ range }) => range);
    assert.match(ranges.at(-1), /^bytes=[1-9]\d+-$/);
  });

  test('that is slow: all bytes are told before they come', async () => {
    const page = await visit({ [PROGRAM]: ['hang'] });
    await page
      .getByTestId('first')
      .getByText(/First visit: (19|2\d)\.\d MB, once/)
      .waitFor();
    assert.equal(await page.getByTestId('progress').count(), 1);
  });
});

describe('the page itself', () => {
  const shell = (page) => page.locator('#shell-state');

  test('says so when its program does not come, and is loaded again', async () => {
    const page = await visit({ '_bg.wasm': ['before', 'before', 'before', 'before'] });
    await shell(page).getByText('could not be loaded').waitFor();
    way.orders.clear();
    await page.locator('#shell-again').click();
    await ready(page);
  });

  test('says so where there is no WebAssembly', async () => {
    way = await between();
    const page = await chromium.context.newPage();
    await page.addInitScript(() => delete globalThis.WebAssembly);
    await page.goto(way.address);
    await shell(page).getByText('needs WebAssembly').waitFor();
  });
});

test('without a secure address it works, and keeps nothing', async () => {
  // Another name of this machine, which browsers do not trust as they do localhost.
  way = await between('127.0.0.1');
  const plain = await browser({ flags: ['--host-resolver-rules=MAP showtell.test 127.0.0.1'] });
  try {
    const page = await plain.context.newPage();
    await page.goto(`${way.address.replace('127.0.0.1', 'showtell.test')}?device=cpu`);
    assert.equal(await page.evaluate(() => isSecureContext), false);
    await ready(page);
    await page.getByTestId('file-input').setInputFiles({
      name: 'boats.jpg',
      mimeType: 'image/jpeg',
      buffer: readFileSync(`${PHOTOS}boats.jpg`),
    });
    await page.getByTestId('caption').waitFor({ timeout: 60_000 });
    await page.getByTestId('copy').click();
    await page.getByTestId('notice').getByText('did not allow copying').waitFor();
  } finally {
    await plain.close();
  }
});

test('a bundle that cannot be loaded is not remembered', async () => {
  const showtell = await Showtell.open(chromium.context);
  await showtell.ready();
  await showtell.find('settings').click();
  await showtell.find('bundle').fill('../../etc');
  await showtell.find('bundle-load').click();
  await showtell.find('settings-close').click();
  await showtell.find('notice').getByText('That bundle cannot be loaded').waitFor();
  await showtell.ready();
  await showtell.page.reload();
  await showtell.ready();
});

test('a device that cannot be used gives way to the CPU at a click', async () => {
  const showtell = await Showtell.open(chromium.context, '?device=webgpu');
  await showtell.find('error').getByText('no WebGPU adapter').waitFor({ timeout: 60_000 });
  await showtell.find('use-cpu').click();
  await showtell.ready();
});
