// The page is kept on the device: it works without a network, a broken download goes on, and what is
// kept can be deleted.

import assert from 'node:assert/strict';
import { request as ask, createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { ADDRESS, browser, Showtell } from './page.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';

/** Most bytes of a first visit. */
const LIMIT = 21e6;
const WEIGHTS = 'model.safetensors';

/** Waits until the service worker has kept the page. */
async function kept(page) {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state !== 'activated') {
      await new Promise((resolve) => active.addEventListener('statechange', resolve));
    }
  });
}

describe('a first visit', () => {
  let chromium, showtell;
  const sizes = new Map();

  before(async () => {
    chromium = await browser();
    chromium.context.on('requestfinished', async (request) => {
      const { responseBodySize, responseHeadersSize } = await request.sizes().catch(() => ({}));
      const before = sizes.get(request.url()) ?? 0;
      sizes.set(request.url(), before + (responseBodySize ?? 0) + (responseHeadersSize ?? 0));
    });
    showtell = await Showtell.open(chromium.context);
    await showtell.ready();
    await kept(showtell.page);
  });
  after(() => chromium.close());

  test(`takes less than ${LIMIT / 1e6} MB, everything counted`, async () => {
    await showtell.choose(PHOTOS + 'chelsea.jpg');
    await showtell.suggestion();
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 4);
    const shown = largest.map(([url, size]) => `${new URL(url).pathname} ${(size / 1e6).toFixed(2)} MB`);
    console.log(`first visit: ${(total / 1e6).toFixed(2)} MB; ${shown.join(', ')}`);
    assert.ok(sizes.size > 8 && total > 15e6, 'everything was counted');
    assert.ok(total < LIMIT, `${total} bytes`);
  });

  test('is enough for a new tab without a network', async () => {
    await chromium.context.setOffline(true);
    const other = await Showtell.open(chromium.context);
    await other.ready();
    await other.choose(PHOTOS + 'coffee.jpg');
    assert.equal((await other.suggestion()).caption, nativeCaption(PHOTOS + 'coffee.jpg').told);
    await other.page.close();
    await chromium.context.setOffline(false);
  });

  test('need not be repeated: the weights are here already', async () => {
    const again = await Showtell.open(chromium.context);
    again.requests.length = 0;
    await again.page.reload();
    await again.ready();
    assert.ok(again.requests.some((url) => url.endsWith('config.json')));
    assert.ok(!again.requests.some((url) => url.endsWith(WEIGHTS)));
    await again.page.close();
  });

  test('can be undone', async () => {
    await showtell.find('settings').click();
    await showtell
      .find('kept')
      .getByText(/1\d\.\d MB of weights/)
      .waitFor();
    await showtell.find('delete-weights').click();
    await showtell.find('kept').getByText('No weights are kept').waitFor();
    assert.ok(await showtell.find('delete-weights').isDisabled());
  });

  test('can be installed', async () => {
    const session = await chromium.context.newCDPSession(showtell.page);
    const { manifest } = await session.send('Page.getAppManifest');
    assert.equal(manifest.startUrl, ADDRESS);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors, []);
  });
});

/** A server before the server, whose connection breaks once in the middle of the weights. */
function breaking() {
  const target = new URL(ADDRESS);
  const ranges = [];
  const server = createServer((incoming, outgoing) => {
    const options = { host: target.hostname, port: target.port, path: incoming.url, headers: incoming.headers };
    const forward = ask(options, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      const weights = incoming.url.endsWith(WEIGHTS);
      if (weights) ranges.push(incoming.headers.range ?? null);
      let sent = 0;
      answer.on('data', (chunk) => {
        if (weights && ranges.length === 1 && sent > 6e6) return outgoing.destroy();
        sent += chunk.length;
        outgoing.write(chunk);
      });
      answer.on('end', () => outgoing.end());
    });
    forward.end();
  });
  return { server, ranges };
}

test('a broken download goes on where it broke off', async () => {
  const { server, ranges } = breaking();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const chromium = await browser();
  try {
    const page = await chromium.context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/?device=cpu`);
    await page.getByTestId('status').getByText('Ready for a photo').waitFor({ timeout: 120_000 });
    assert.equal(ranges.length, 2);
    assert.equal(ranges[0], null);
    assert.match(ranges[1], /^bytes=[1-9]\d{5,}-$/);
  } finally {
    await chromium.close();
    server.close();
  }
});
