// The package's captioner around a worker that says what a test wants. Needs no browser and no program of the
// worker: `npm test` in `web/js` runs it as well.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { part } from './parts.mjs';

/** `load` with a worker that says what a test wants, and at the start that it is ready. */
async function play(context, options, read = async (image) => image) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { open } = await part('captioner.js');
  const played = { workers: [] };
  const start = (hearing, program) => {
    const worker = { program, asked: [], closed: false, say: (reply) => hearing.reply(reply) };
    played.workers.push(worker);
    queueMicrotask(() =>
      hearing.reply(
        program === 'reader'
          ? 'ReaderReady'
          : { Ready: { device: { name: 'CPU', reason: 'Asked' }, bundle: { name: '', size: 0 } } },
      ),
    );
    return {
      post: ({ request, photo }) => {
        if (photo === 'unsendable') throw new DOMException('it cannot be cloned', 'DataCloneError');
        const { Caption, Read } = request;
        worker.asked.push({ id: (Caption ?? Read).id, photo, said: Read?.caption?.text });
      },
      hold: () => {},
      close: () => (worker.closed = true),
    };
  };
  played.captioner = await open(
    { open: start, read, address: () => ({ Folder: '' }), reader: async () => ({ Folder: '' }) },
    options,
  );
  played.worker = () => played.workers.at(-1);
  /** Lets time go by once all is done that can be, and then all that follows from it happen. */
  played.pass = async (milliseconds) => {
    await settled();
    context.mock.timers.tick(milliseconds);
    await settled();
  };
  played.answer = (text, worded = false) => {
    const caption = { text, answer: { rung: 'sentence' }, labels: [], words: [], alternatives: [] };
    played
      .worker()
      .say({ Captioned: { id: played.worker().asked.at(-1).id, caption, hedged: text, worded, milliseconds: 1 } });
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

describe('the words in a picture', () => {
  /** Has the reader say what it read. */
  const read = (played, text, told) => {
    const reading = { text, lines: [], width: 4, height: 3, more: false };
    played.worker().say({ Read: { id: played.worker().asked.at(-1).id, reading, told, milliseconds: 2 } });
    return settled();
  };
  const programs = ({ workers }) => workers.map(({ program }) => program).join();

  test('are read by a worker of their own, which starts when it is first needed', async (context) => {
    const played = await play(context);
    const caption = played.captioner.caption('one');
    await settled();
    await played.answer('A dog runs.', true);
    assert.equal((await caption).reading, undefined);
    assert.equal(programs(played), 'captioner');
    for (const text of ['STOP', '']) {
      const reading = played.captioner.read('two');
      await settled();
      await read(played, text);
      assert.deepEqual(await reading, { text, lines: [], width: 4, height: 3, more: false, milliseconds: 2 });
    }
    assert.equal(programs(played), 'captioner,reader');
    played.captioner.dispose();
    await settled();
    assert.ok(played.workers.every(({ closed }) => closed));
    await assert.rejects(played.captioner.read('three'), { code: 'disposed' });
  });

  test('are told with the caption where it asks for them', async (context) => {
    const played = await play(context);
    const told = { plain: 'A sign: STOP.', hedged: 'May show a sign: STOP.', rung: 'thing' };
    const caption = played.captioner.caption('one', { text: 'auto' });
    await settled();
    await played.answer('A sign.', true);
    await settled();
    assert.equal(played.worker().asked[0].said, 'A sign.');
    await read(played, 'STOP', told);
    const { text, hedged, rung, reading } = await caption;
    assert.deepEqual({ text, hedged, rung }, { text: told.plain, hedged: told.hedged, rung: 'thing' });
    assert.equal(reading.text, 'STOP');
  });

  test('are not looked for where a picture seems to hold none', async (context) => {
    const played = await play(context);
    const caption = played.captioner.caption('one', { text: 'auto' });
    await settled();
    await played.answer('A dog runs.', false);
    assert.equal((await caption).text, 'A dog runs.');
    assert.equal(programs(played), 'captioner');
  });

  test('that cannot be read cost no caption, and are tried again', async (context) => {
    const played = await play(context);
    const failed = async () => {
      const caption = played.captioner.caption('one', { text: true });
      await settled();
      const captioner = played.workers[0];
      captioner.say({
        Captioned: {
          id: captioner.asked.at(-1).id,
          caption: { text: 'A dog.', answer: { rung: 'sentence' }, labels: [], words: [], alternatives: [] },
          hedged: 'A dog.',
          worded: false,
          milliseconds: 1,
        },
      });
      await settled();
      played.worker().say({ Failed: { failure: 'damaged', reason: 'a hash' } });
      return caption;
    };
    for (let times = 1; times < 3; times += 1) {
      const { text, reading, readingError } = await failed();
      assert.deepEqual([text, reading, readingError.code], ['A dog.', undefined, 'damaged']);
      assert.equal(played.workers.length, 1 + times);
    }
  });

  test('are left alone by a captioner without a reader', async (context) => {
    const played = await play(context, { reader: false });
    await assert.rejects(played.captioner.read('one'), { name: 'LoadError' });
    const caption = played.captioner.caption('one', { text: true });
    await settled();
    await played.answer('A dog runs.', true);
    assert.equal((await caption).text, 'A dog runs.');
    assert.equal(programs(played), 'captioner');
  });
});
