// The Rust library in a WebAssembly module of somebody's own: `web/examples/embed.rs`, run in Node.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { BUNDLE, nativeCaption, PHOTOS } from './native.mjs';

const FOLDER = process.env.SHOWTELL_EMBED;
const NAMES = ['SHA256SUMS', 'config.json', 'tokenizer.json', 'labels.json', 'model.safetensors'];

let Describer, files;
before(async () => {
  const module = await import(pathToFileURL(join(FOLDER, 'embed.js')));
  module.initSync({ module: readFileSync(join(FOLDER, 'embed_bg.wasm')) });
  Describer = module.Describer;
  // Not every bundle has words for classes.
  const here = NAMES.filter((name) => existsSync(join(BUNDLE, name)));
  files = Object.fromEntries(here.map((name) => [name, readFileSync(join(BUNDLE, name))]));
});

test('describes a photo as the command line does', async () => {
  const describer = new Describer(files);
  const photo = `${PHOTOS}chelsea.jpg`;
  assert.equal(await describer.describe(readFileSync(photo)), nativeCaption(photo).told);
  await assert.rejects(describer.describe(new TextEncoder().encode('no picture')), /not a JPEG, PNG or WebP picture/);
});

test('says what is wrong with a bundle', () => {
  assert.throws(() => new Describer({ ...files, 'tokenizer.json': files['config.json'] }), /tokenizer\.json/);
  const { SHA256SUMS, ...rest } = files;
  assert.ok(SHA256SUMS);
  assert.throws(() => new Describer(rest), /SHA256SUMS/);
});
