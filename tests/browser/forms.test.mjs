// A decoder of every form, trained on a handful of photos, captions in the page as it does natively.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BUNDLE, nativeCaption, PHOTOS, showtell as cli } from './native.mjs';
import { browser, Showtell } from './page.mjs';
import { assertSame } from './same.mjs';

const RECIPES = fileURLToPath(new URL('../../trainer/recipes/', import.meta.url));

/** What was written about each photo, and its split. */
const CAPTIONS = [
  ['astronaut.jpg', 'A woman in an orange suit smiles .', 'train'],
  ['boats.jpg', 'Boats lie in a harbour .', 'train'],
  ['coffee.jpg', 'A cup of coffee stands on a table .', 'train'],
  ['rocket.jpg', 'A rocket stands at its tower .', 'train'],
  ['chelsea.jpg', 'A cat looks to the left .', 'dev'],
];

/** A recipe for each form; add has no recipe of its own. */
const FORMS = {
  init: { recipe: 'show-and-tell', attention: false },
  pre: { recipe: 'cnn-lstm', attention: false },
  add: {
    recipe: 'cnn-lstm',
    set: ['--set', 'decoder.injection={ form = "add", activation = "relu" }', '--set', 'decoder.layers=2'],
    attention: false,
  },
  merge: { recipe: 'merge-bilstm', attention: false },
  attention: { recipe: 'bahdanau-gru', attention: true },
};

/** Serves a folder of bundles below the page, as if they had been put beside it. */
async function serveBundles(context, folder) {
  await context.route('**/forms/**', (route) => {
    const path = new URL(route.request().url()).pathname.split('/forms/')[1];
    return route.fulfill({ body: readFileSync(join(folder, path)) });
  });
}

describe('a decoder of each form', () => {
  let folder, chromium;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'showtell-forms-'));
    const data = join(folder, 'data');
    mkdirSync(data);
    for (const [photo] of CAPTIONS) cpSync(PHOTOS + photo, join(data, photo));
    const rows = CAPTIONS.map(([photo, caption, split]) => `${photo},${caption},${split}\n`);
    writeFileSync(join(data, 'captions.csv'), `image,caption,split\n${rows.join('')}`);
    for (const [form, { recipe, set = [] }] of Object.entries(FORMS)) {
      const run = join(folder, `${form}-run`);
      const here = ['--encoder', 'efficientnet-lite2', '--weights', BUNDLE, '--cache', join(folder, 'cache')];
      const command = ['train', '--recipe', `${RECIPES}${recipe}.toml`, '--data', data, '--out', run, '--epochs', '12'];
      cli([...command, ...here, '--set', 'training.photos_per_step=1', ...set]);
      cli(['publish', run, '--out', join(folder, form)]);
    }
    chromium = await browser({ gpu: false });
    await serveBundles(chromium.context, folder);
  });
  after(async () => {
    await chromium?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [form, { attention }] of Object.entries(FORMS)) {
    test(`${form} captions as the command line does`, async () => {
      const showtell = await Showtell.open(chromium.context, `?device=cpu&bundle=forms/${form}`);
      await showtell.ready();
      await showtell.choose(PHOTOS + 'coffee.jpg');
      const native = nativeCaption(PHOTOS + 'coffee.jpg', join(folder, form));
      assertSame(await showtell.suggestion(), native, 1e-3);
      await showtell.page.locator('[data-log-probability]').first().hover();
      assert.equal(await showtell.find('attention').count(), attention ? 1 : 0);
      await showtell.find('queue-clear').click();
      await showtell.page.close();
    });
  }
});
