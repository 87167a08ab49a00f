// The JavaScript package through Vite and webpack: packed, installed into fresh folders, and built there.

import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { build, createServer } from 'vite';
import webpack from 'webpack';
import { consumers } from './consumers.mjs';
import { nativeCaption, nativeReading, PHOTOS, PICTURES } from './native.mjs';
import { browser } from './page.mjs';
import { serve } from './served.mjs';

const expected = nativeCaption(`${PHOTOS}boats.jpg`);
const DIALOG = `${PICTURES.data}dialog.png`;
const fresh = consumers();
after(() => fresh.remove());

describe('bundlers', () => {
  /** Opens what a bundler made and waits for its caption. */
  async function open(address) {
    const chromium = await browser();
    try {
      const page = await chromium.context.newPage();
      const complaints = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(address);
      await page.waitForFunction(() => document.getElementById('caption').textContent !== '', null, {
        timeout: 120_000,
      });
      // The reader's program and networks are files that a bundler has to find as well.
      const words = await page.evaluate(
        async (bytes) => {
          const { text } = await window.captioner.read(new Blob([Uint8Array.from(bytes)]));
          return text;
        },
        [...readFileSync(DIALOG)],
      );
      assert.equal(words, nativeReading(DIALOG).text);
      assert.deepEqual(complaints, []);
      return await page.locator('#caption').innerText();
    } finally {
      await chromium.close();
    }
  }

  test('Vite builds a page with the package, without any setting', async () => {
    const root = fresh.install('bundled', 'vite');
    await build({ root, logLevel: 'error', configFile: false });
    const server = await serve({ '/': join(root, 'dist') });
    try {
      assert.equal(await open(server.address), expected.told);
    } finally {
      await server.close();
    }
  });

  test('Vite serves one while it is being written, with the package left as it is', async () => {
    const root = fresh.install('bundled', 'vite-serve');
    const server = await createServer({
      root,
      logLevel: 'error',
      configFile: false,
      optimizeDeps: { exclude: ['showtell'] },
      server: { port: 0, host: '127.0.0.1' },
    });
    try {
      await server.listen();
      assert.equal(await open(server.resolvedUrls.local[0]), expected.told);
    } finally {
      await server.close();
    }
  });

  test('webpack builds one', async () => {
    const root = fresh.install('bundled', 'webpack');
    const compiler = webpack({
      context: root,
      mode: 'production',
      entry: './main.js',
      output: { path: join(root, 'dist'), filename: 'main.js' },
      module: { rules: [{ test: /\.jpg$/, type: 'asset/resource' }] },
      performance: false,
    });
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, stats) => (error ? reject(error) : resolve(stats))),
    );
    assert.ok(!stats.hasErrors(), stats.toString({ all: false, errors: true }));
    cpSync(join(root, 'index.html'), join(root, 'dist/index.html'));
    const server = await serve({ '/': join(root, 'dist') });
    try {
      assert.equal(await open(server.address), expected.told);
    } finally {
      await server.close();
    }
  });
});
