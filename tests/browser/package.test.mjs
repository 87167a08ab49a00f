// The JavaScript package in Node: packed, installed into a fresh folder, and used there; and how it treats a worker
// that says nothing, with one that is played.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { consumers, PACKAGE } from './consumers.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';

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
    const lines = node('main.mjs', PHOTO, 'words.txt', 'gone.jpg', `${PHOTOS}coffee.jpg`).map((line) => JSON.parse(line));
    assert.deepEqual(lines[0], { image: PHOTO, told: expected.told, size: [451, 300] });
    assert.deepEqual(lines.slice(1, 3).map((line) => line.error), ['format', 'unreachable']);
    assert.equal(lines[3].told, nativeCaption(`${PHOTOS}coffee.jpg`).told);
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

  test('calls a confidence calibrated only where the search is the bundle\'s own', () => {
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

  test('has types that a strict compiler takes', () => {
    const compiler = createRequire(new URL('../../web/js/package.json', import.meta.url)).resolve('typescript/bin/tsc');
    const types = join(compiler, '../../../@types');
    // Browser and Node have different entries, and so different types.
    const options = '--noEmit --strict --exactOptionalPropertyTypes --target es2022 --module nodenext --lib es2022,esnext.disposable,dom,dom.asynciterable';
    try {
      node(compiler, ...options.split(' '), '--types', 'node', '--typeRoots', types, 'typed.ts');
    } catch (error) {
      assert.fail(error.stdout.toString());
    }
  });
});

describe('a worker that says nothing', () => {
  /** `load` with a worker that says what a test wants, and at the start that it is ready. */
  async function play(context, options) {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const { open } = await import(pathToFileURL(join(PACKAGE, 'link.js')));
    const played = { workers: [] };
    const start = (hearing) => {
      const worker = { asked: [], closed: false, say: (reply) => hearing.reply(reply) };
      played.workers.push(worker);
      queueMicrotask(() => hearing.reply({ Ready: { device: { name: 'CPU', reason: 'Asked' }, bundle: { name: '', size: 0 } } }));
      return {
        post: ({ request, photo }) => worker.asked.push({ id: request.Caption.id, photo }),
        hold: () => {},
        close: () => (worker.closed = true),
      };
    };
    played.captioner = await open({ open: start, read: async (image) => image, address: () => ({ Folder: '' }) }, options);
    played.worker = () => played.workers.at(-1);
    /** Lets time go by once all is done that can be, and then all that follows from it happen. */
    played.pass = async (milliseconds) => {
      await settled();
      context.mock.timers.tick(milliseconds);
      await settled();
    };
    played.answer = (text) => {
      const caption = { text, answer: { rung: 'sentence' }, labels: [], words: [], alternatives: [] };
      played.worker().say({ Captioned: { id: played.worker().asked.at(-1).id, caption, told: text, milliseconds: 1 } });
      return settled();
    };
    return played;
  }
  const settled = () => new Promise(setImmediate);
  const asked = ({ workers }) => workers.map(({ asked }) => asked.map(({ photo }) => photo).join());

  test('for five minutes is ended, and another sees to its picture and to those that wait', async (context) => {
    const played = await play(context);
    const told = ['one', 'two'].map((image) => played.captioner.caption(image).then(({ told }) => told));
    await played.pass(299_999);
    assert.deepEqual(asked(played), ['one']);
    await played.pass(1);
    assert.deepEqual(asked(played), ['one', 'one']);
    assert.deepEqual(played.workers.map(({ closed }) => closed), [true, false]);
    await played.answer('first');
    await played.answer('second');
    assert.deepEqual(await Promise.all(told), ['first', 'second']);
  });

  test('has time anew with each picture and each message', async (context) => {
    const played = await play(context, { patience: 100 });
    const told = ['one', 'two'].map((image) => played.captioner.caption(image).then(({ told }) => told));
    await played.pass(90);
    played.worker().say({ Seen: { id: played.worker().asked[0].id, size: [1, 1], thumbnail: null } });
    await played.pass(90);
    await played.answer('first');
    await played.pass(90);
    assert.equal(played.workers.length, 1);
    await played.pass(10);
    assert.deepEqual(asked(played), ['one,two', 'two']);
    await played.answer('second');
    assert.deepEqual(await Promise.all(told), ['first', 'second']);
  });

  test('twice over one picture has that refused, and the others go on', async (context) => {
    const played = await play(context, { patience: 100 });
    const bad = played.captioner.caption('bad').catch((error) => `${error.name} ${error.code}: ${error.message}`);
    const good = played.captioner.caption('good');
    await played.pass(100);
    await played.pass(100);
    assert.equal(await bad, 'ImageError crashed: the captioner broke over this picture: no answer for 0.1 seconds');
    await played.answer('good');
    assert.equal((await good).told, 'good');
    assert.deepEqual(asked(played), ['bad', 'bad', 'good']);
  });

  test('over a picture that was given up is ended for those that wait', async (context) => {
    const played = await play(context, { patience: 100 });
    const control = new AbortController();
    const bad = played.captioner.caption('bad', { signal: control.signal }).catch((error) => error.name);
    const good = played.captioner.caption('good');
    await settled();
    control.abort();
    assert.equal(await bad, 'AbortError');
    await played.pass(100);
    await played.answer('good');
    assert.equal((await good).told, 'good');
    assert.deepEqual(asked(played), ['bad', 'good']);
  });

  test('and is asked for nothing is left alone, as is one disposed of', async (context) => {
    const played = await play(context, { patience: 100 });
    await played.pass(1000);
    const caption = played.captioner.caption('one');
    await settled();
    await played.answer('first');
    await caption;
    await played.pass(1000);
    const waiting = played.captioner.caption('two').catch((error) => error.code);
    await settled();
    played.captioner.dispose();
    assert.equal(await waiting, 'disposed');
    await played.pass(1000);
    assert.equal(played.workers.length, 1);
  });

  test('is waited for as long as a program says, if that is a time', async (context) => {
    for (const patience of [0, -1, NaN, '100', null]) {
      await assert.rejects(play(context, { patience }), { name: 'RangeError', message: /patience/ }, String(patience));
      context.mock.timers.reset();
    }
    const played = await play(context, { patience: Infinity });
    void played.captioner.caption('one').catch(() => {});
    await played.pass(86_400_000);
    assert.equal(played.workers.length, 1);
    played.captioner.dispose();
  });
});
