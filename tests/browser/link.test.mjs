// The package's captioner around a worker that says what a test wants. Needs no browser and no program of the
// worker: `npm test` in `web/js` runs it as well.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { part } from './parts.mjs';

/** `load` with a worker that says what a test wants, and at the start that it is ready. */
async function play(context, options, read = async (image) => image) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { open } = await part('link.js');
  const played = { workers: [] };
  const start = (hearing) => {
    const worker = { asked: [], closed: false, say: (reply) => hearing.reply(reply) };
    played.workers.push(worker);
    queueMicrotask(() =>
      hearing.reply({ Ready: { device: { name: 'CPU', reason: 'Asked' }, bundle: { name: '', size: 0 } } }),
    );
    return {
      post: ({ request, photo }) => {
        if (photo === 'unsendable') throw new DOMException('it cannot be cloned', 'DataCloneError');
        worker.asked.push({ id: request.Caption.id, photo });
      },
      hold: () => {},
      close: () => (worker.closed = true),
    };
  };
  played.captioner = await open({ open: start, read, address: () => ({ Folder: '' }) }, options);
  played.worker = () => played.workers.at(-1);
  /** Lets time go by once all is done that can be, and then all that follows from it happen. */
  played.pass = async (milliseconds) => {
    await settled();
    context.mock.timers.tick(milliseconds);
    await settled();
  };
  played.answer = (text) => {
    const caption = { text, answer: { rung: 'sentence' }, labels: [], words: [], alternatives: [] };
    played.worker().say({ Captioned: { id: played.worker().asked.at(-1).id, caption, hedged: text, milliseconds: 1 } });
    return settled();
  };
  return played;
}
const settled = () => new Promise(setImmediate);
const asked = ({ workers }) => workers.map(({ asked }) => asked.map(({ photo }) => photo).join());

describe('a worker that says nothing', () => {
  test('for five minutes is ended, and another sees to its picture and to those that wait', async (context) => {
    const played = await play(context);
    const texts = ['one', 'two'].map((image) => played.captioner.caption(image).then(({ hedged }) => hedged));
    await played.pass(299_999);
    assert.deepEqual(asked(played), ['one']);
    await played.pass(1);
    assert.deepEqual(asked(played), ['one', 'one']);
    assert.deepEqual(
      played.workers.map(({ closed }) => closed),
      [true, false],
    );
    await played.answer('first');
    await played.answer('second');
    assert.deepEqual(await Promise.all(texts), ['first', 'second']);
  });

  test('has time anew with each picture and each message', async (context) => {
    const played = await play(context, { patience: 100 });
    const texts = ['one', 'two'].map((image) => played.captioner.caption(image).then(({ hedged }) => hedged));
    await played.pass(90);
    played.worker().say({ Seen: { id: played.worker().asked[0].id, size: [1, 1], thumbnail: null } });
    await played.pass(90);
    await played.answer('first');
    await played.pass(90);
    assert.equal(played.workers.length, 1);
    await played.pass(10);
    assert.deepEqual(asked(played), ['one,two', 'two']);
    await played.answer('second');
    assert.deepEqual(await Promise.all(texts), ['first', 'second']);
  });

  test('twice over one picture has that refused, and the others go on', async (context) => {
    const played = await play(context, { patience: 100 });
    const bad = played.captioner.caption('bad').catch((error) => `${error.name} ${error.code}: ${error.message}`);
    const good = played.captioner.caption('good');
    await played.pass(100);
    await played.pass(100);
    assert.equal(await bad, 'ImageError crashed: the captioner broke over this picture: no answer for 0.1 seconds');
    await played.answer('good');
    assert.equal((await good).hedged, 'good');
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
    assert.equal((await good).hedged, 'good');
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

describe('a picture', () => {
  test('that cannot be sent is refused by itself, and the others go on', async (context) => {
    const played = await play(context, { patience: 100 });
    const bad = played.captioner.caption('unsendable').catch((error) => error.name);
    const good = played.captioner.caption('good');
    assert.equal(await bad, 'DataCloneError');
    await settled();
    await played.answer('good');
    assert.equal((await good).hedged, 'good');
    // Nothing is waited for: no worker is ended.
    await played.pass(1000);
    assert.deepEqual(asked(played), ['good']);
  });

  test('that is read while the worker breaks waits for another, and was not the one that broke it', async (context) => {
    let begin;
    const slow = new Promise((resolve) => (begin = resolve));
    const played = await play(context, { patience: 100 }, async (image) => (image === 'slow' ? slow : image));
    const text = played.captioner.caption('slow').then(({ hedged }) => hedged);
    await settled();
    played.worker().say({ Broken: { reason: 'trap' } });
    begin('slow');
    await settled();
    // Twice is too often only for a picture that the worker had.
    await played.pass(100);
    await played.answer('told');
    assert.equal(await text, 'told');
    assert.deepEqual(asked(played), ['', 'slow', 'slow']);
  });
});
