// The JavaScript package in Node: packed, installed into a fresh folder, and used there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { consumers } from './consumers.mjs';
import { nativeCaption, nativeReading, PHOTOS, PICTURES } from './native.mjs';

const PHOTO = `${PHOTOS}chelsea.jpg`;
const expected = nativeCaption(PHOTO);
const fresh = consumers();
after(() => fresh.remove());

describe('Node', () => {
  let folder;
  before(() => (folder = fresh.install('node')));
  const node = (...words) =>
    execFileSync(process.execPath, words, { cwd: folder, timeout: 120_000 }).toString().trim().split('\n');

  test('captions photos as the command line does, and ends by itself', () => {
    writeFileSync(join(folder, 'words.txt'), 'no picture');
    const lines = node('main.mjs', PHOTO, 'words.txt', 'gone.jpg', `${PHOTOS}coffee.jpg`).map((line) =>
      JSON.parse(line),
    );
    assert.deepEqual(lines[0], { image: PHOTO, hedged: expected.told, size: [451, 300] });
    assert.deepEqual(
      lines.slice(1, 3).map((line) => line.error),
      ['format', 'unreachable'],
    );
    assert.equal(lines[3].hedged, nativeCaption(`${PHOTOS}coffee.jpg`).told);
  });

  test('says what is wrong with a bundle', () => {
    const script = (bundle) => `import { load } from 'showtell';
      await load({ bundle: ${JSON.stringify(bundle)} }).catch((error) => console.log(error.name, error.code, error.message));`;
    const [gone] = node('--input-type=module', '-e', script('./nowhere'));
    assert.match(gone, /^LoadError unreachable cannot download file:.*nowhere\/SHA256SUMS/);
    const bundle = join(folder, 'node_modules/showtell/bundle');
    const model = readFileSync(join(bundle, 'model.safetensors'));
    try {
      model[model.length - 1] ^= 1;
      writeFileSync(join(bundle, 'model.safetensors'), model);
      const [damaged] = node('--input-type=module', '-e', script(bundle));
      assert.match(damaged, /^LoadError damaged .*model\.safetensors/);
    } finally {
      model[model.length - 1] ^= 1;
      writeFileSync(join(bundle, 'model.safetensors'), model);
    }
  });

  test("calls a confidence calibrated only where the search is the bundle's own", () => {
    const script = `import { load } from 'showtell';
      const captioner = await load();
      for (const options of [{}, { seed: 7 }, { beam: 1 }, { maxWords: 4 }, { temperature: 1 }, {}]) {
        console.log((await captioner.caption(${JSON.stringify(PHOTO)}, options)).calibrated);
      }`;
    assert.deepEqual(node('--input-type=module', '-e', script), ['true', 'true', 'false', 'false', 'false', 'true']);
  });

  test('ends a thread that hangs and starts another, and leaves out a picture over which it hangs twice', () => {
    const found = JSON.parse(node('hanging.mjs', PHOTO, '8000').at(-1));
    const crashed = 'crashed: the captioner broke over this picture: no answer for 8 seconds';
    assert.deepEqual(found, { answers: [expected.told, crashed, expected.told], threads: 4 });
  });

  test('reads the words in pictures as the command line does, and tells them with the caption', () => {
    const [dialog, chart] = [`${PICTURES.data}dialog.png`, `${PICTURES.docs}chart.jpg`];
    const script = `import { load } from 'showtell';
      const captioner = await load();
      const { text, lines } = await captioner.read(${JSON.stringify(dialog)});
      const { hedged, reading } = await captioner.caption(${JSON.stringify(chart)}, { text: 'auto' });
      const cat = await captioner.caption(${JSON.stringify(PHOTO)}, { text: 'auto' });
      console.log(JSON.stringify([text, lines.length, hedged, reading.text, cat.reading ?? null]));`;
    const [text, lines, hedged, words, cat] = JSON.parse(node('--input-type=module', '-e', script)[0]);
    assert.deepEqual([text, lines], [nativeReading(dialog).text, nativeReading(dialog).lines.length]);
    assert.deepEqual(
      [hedged, words, cat],
      [nativeCaption(chart, undefined, true).told, nativeReading(chart).text, null],
    );
  });

  test('says what is wrong with a reader', () => {
    const script = `import { load } from 'showtell';
      const captioner = await load({ reader: './nowhere' });
      await captioner.read(${JSON.stringify(PHOTO)}).catch((error) => console.log(error.name, error.code, error.message));`;
    assert.match(
      node('--input-type=module', '-e', script)[0],
      /^LoadError unreachable cannot download file:.*SHA256SUMS/,
    );
  });

  test('has types that a strict compiler takes', () => {
    const compiler = createRequire(new URL('../../web/js/package.json', import.meta.url)).resolve('typescript/bin/tsc');
    const types = join(compiler, '../../../@types');
    // Browser and Node have different entries, and so different types.
    const options =
      '--noEmit --strict --exactOptionalPropertyTypes --target es2022 --module nodenext --lib es2022,esnext.disposable,dom,dom.asynciterable';
    try {
      node(compiler, ...options.split(' '), '--types', 'node', '--typeRoots', types, 'typed.ts');
    } catch (error) {
      assert.fail(error.stdout.toString());
    }
  });
});
