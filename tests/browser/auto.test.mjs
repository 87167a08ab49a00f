// autoAlt fills what nobody has described, says so, and can take it back.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { wrongs } from './axe.mjs';
import { embedded } from './embedded.mjs';

const TEXT = 'Two boats lie in a harbour.';
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

let site, show;
before(async () => (site = await embedded()));
after(() => site.close());
beforeEach(async () => (show = await site.open('auto.html')));
afterEach(() => show.page.close());

const sound = () => assert.deepEqual(show.complaints, []);
/** Starts a run over the place, kept as `run`; options are written as in a page. */
const start = (options = '{}') =>
  show.page.evaluate(`window.run = autoAlt(document.getElementById('place'), ${options}); undefined`);
/** What the finished run says of each image, by id. */
const results = async () => {
  await show.evaluate(() => run.done.then(() => undefined));
  return said();
};
const said = () =>
  show.evaluate(() =>
    Object.fromEntries(run.report.entries.map(({ image, outcome, reason }) => [image.id, reason ?? outcome])),
  );
const alt = (id) => show.evaluate((id) => document.getElementById(id).getAttribute('alt'), id);
const image = (id, more = '', file = 'boats') => `<img id="${id}" src="/photos/${file}.jpg" width="60" ${more}>`;

test('words in images are read where the page asks for them', async () => {
  await show.mount(image('one'));
  await start('{ text: true }');
  await results();
  await show.mount(image('two', '', 'coffee'));
  await start();
  await results();
  assert.deepEqual(await show.evaluate(() => [played.worded, played.asked]), [
    ['boats.jpg'],
    ['boats.jpg', 'coffee.jpg'],
  ]);
});

describe('what an image is for', () => {
  test('decides whether it gets a text', async () => {
    await show.evaluate(() => (played.answers['coffee.jpg'] = { trust: 'unable' }));
    await show.mount(`
      ${image('plain')}
      <figure>${image('figure')}<figcaption>In 1865</figcaption></figure>
      <a href="#there">${image('card')} Read on</a>
      ${image('given', 'alt="Mine"')} ${image('title', 'title="Mine"')} ${image('label', 'aria-label="Mine"')}
      ${image('empty', 'alt=""')} ${image('role', 'role="presentation"')} <span aria-hidden="true">${image('hushed')}</span>
      <a href="#there">${image('link')}</a> <a href="#there" aria-label="There">${image('named')}</a>
      <a href="#there">${image('twin')}${image('other', 'alt="There"')}</a>
      <button>${image('button')} Save</button> <span role="button">${image('played')}</span>
      <details><summary>${image('summary')}</summary></details> ${image('map', 'usemap="#map"')}
      <input type="image" id="input" src="/photos/boats.jpg" width="60">
      <img id="declared" src="/photos/boats.jpg" width="16" height="16"> <img id="tracker" src="${PIXEL}">
      <img id="squeezed" src="/photos/boats.jpg" class="small"> ${image('away', 'class="gone"')}
      ${image('vague', '', 'coffee')} <img id="broken" src="/nothing.jpg" width="60">
      <show-tell>${image('element')}</show-tell> ${image('unwanted')} ${image('marked', 'alt="A dog." data-alt-source="showtell"')}
    `);
    await start(`{ inView: false, filter: ({ id }) => id !== 'unwanted' }`);
    assert.deepEqual(await results(), {
      ...Object.fromEntries(['plain', 'figure', 'card', 'named', 'twin'].map((id) => [id, 'filled'])),
      ...Object.fromEntries(['given', 'title', 'label', 'other'].map((id) => [id, 'given'])),
      ...Object.fromEntries(['empty', 'role', 'hushed'].map((id) => [id, 'decorative'])),
      ...Object.fromEntries(['link', 'button', 'played', 'summary', 'map', 'input'].map((id) => [id, 'functional'])),
      ...Object.fromEntries(['declared', 'tracker', 'squeezed'].map((id) => [id, 'tiny'])),
      ...{
        away: 'hidden',
        vague: 'unable',
        broken: 'broken',
        element: 'element',
        unwanted: 'filtered',
        marked: 'earlier',
      },
    });
    const { found, filled, skipped, waiting, reasons } = await show.evaluate(() => ({ ...run.report, entries: [] }));
    assert.deepEqual({ found, filled, skipped, waiting }, { found: 27, filled: 5, skipped: 22, waiting: 0 });
    assert.equal(reasons.functional, 6);
    assert.equal(
      Object.values(reasons).reduce((sum, count) => sum + count),
      skipped,
    );
    assert.deepEqual(await Promise.all(['plain', 'given', 'empty', 'link', 'vague'].map(alt)), [
      TEXT,
      'Mine',
      '',
      null,
      null,
    ]);
  });
});

describe('every text', () => {
  test('is marked, worded with doubt, and can be taken back', async () => {
    await show.evaluate(
      () => (played.answers['chelsea.jpg'] = { text: 'A cat sits.', trust: 'doubtful', confidence: 0.123 }),
    );
    await show.mount(image('sure') + image('doubted', '', 'chelsea') + image('mended', '', 'rocket'));
    const before = await show.evaluate(() => document.getElementById('place').innerHTML);
    await start();
    await results();
    assert.deepEqual(await Promise.all(['sure', 'doubted'].map(alt)), [TEXT, 'Perhaps a cat sits.']);
    assert.deepEqual(await show.evaluate(() => ({ ...doubted.dataset })), {
      altSource: 'showtell',
      altConfidence: '0.12',
    });
    await show.evaluate(() => (mended.alt = 'By a person'));
    assert.equal(await show.evaluate(() => run.undo()), 2);
    assert.equal(await alt('mended'), 'By a person');
    assert.deepEqual(await said(), { sure: 'undone', doubted: 'undone', mended: 'given' });
    await show.evaluate(() => mended.removeAttribute('alt'));
    assert.equal(await show.evaluate(() => document.getElementById('place').innerHTML), before, 'nothing is left');
    sound();
  });

  test('may begin as the page wishes', async () => {
    await show.evaluate(() => (played.answers['chelsea.jpg'] = { text: 'A cat sits.', trust: 'doubtful' }));
    await show.mount(image('sure') + image('doubted', '', 'chelsea'));
    await start(`{ prefix: 'May show: ' }`);
    await results();
    assert.deepEqual(await Promise.all(['sure', 'doubted'].map(alt)), [
      'May show: two boats lie in a harbour.',
      'May show: a cat sits.',
    ]);
  });

  test('may have to be as sure as the page wishes', async () => {
    await show.evaluate(() => (played.answers['chelsea.jpg'] = { text: 'A cat sits.', confidence: 0.2 }));
    await show.mount(image('sure') + image('unsure', '', 'chelsea'));
    await start(`{ minConfidence: 0.3 }`);
    assert.deepEqual(await results(), { sure: 'filled', unsure: 'unsure' });
    assert.equal(await alt('unsure'), null);
    assert.equal(await show.evaluate(() => run.report.entries[1].caption.text), 'A cat sits.');
  });

  test('is doubted where the confidence is only a score, and never sure enough', async () => {
    const score = { confidence: 0.9, calibrated: false };
    await show.evaluate((score) => {
      played.answers['boats.jpg'] = { ...score, text: 'Two boats.', trust: 'plain' };
      played.answers['chelsea.jpg'] = { ...score, text: 'A cat sits.', trust: 'doubtful' };
      played.answers['coffee.jpg'] = { ...score, trust: 'unable' };
    }, score);
    await show.mount(image('boats') + image('cat', '', 'chelsea') + image('coffee', '', 'coffee'));
    await start();
    assert.deepEqual(await results(), { boats: 'filled', cat: 'filled', coffee: 'unable' });
    assert.deepEqual(await Promise.all(['boats', 'cat'].map(alt)), ['Perhaps two boats.', 'Perhaps a cat sits.']);
    assert.deepEqual(
      await show.evaluate(() => ({ ...boats.dataset })),
      { altSource: 'showtell' },
      'a score is no confidence',
    );
    await show.evaluate(() => run.undo());
    await start(`{ prefix: 'May show: ' }`);
    await results();
    assert.equal(await alt('boats'), 'May show: two boats.');
    await show.evaluate(() => run.undo());
    await start(`{ minConfidence: 0.01 }`);
    assert.deepEqual(await results(), { boats: 'unsure', cat: 'unsure', coffee: 'unable' });
    sound();
  });

  test('leaves axe-core with nothing to say', async () => {
    await show.mount(image('one') + image('two', '', 'chelsea'));
    assert.match((await wrongs(show.page)).join(), /image-alt/, 'before');
    await start();
    await results();
    assert.deepEqual(await wrongs(show.page), []);
  });
});

describe('a run', () => {
  test('sees to what is in view, and to the rest when it is scrolled to', async () => {
    await show.mount(`${image('seen')}<p class="below">${image('below')}</p>`);
    await start();
    await show.page.waitForFunction(() => seen.hasAttribute('alt'));
    await show.idle();
    assert.deepEqual(await said(), { seen: 'filled', below: 'waiting' });
    assert.equal(await show.evaluate(() => run.report.waiting), 1);
    await show.evaluate(() => below.scrollIntoView());
    assert.deepEqual(await results(), { seen: 'filled', below: 'filled' });
    sound();
  });

  test('lets those in view go before those that have left it', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(
      `${image('first')}${image('second', '', 'coffee')}<p class="below">${image('below', '', 'rocket')}</p>`,
    );
    await start();
    await show.page.waitForFunction(() => played.asked.length === 1);
    await show.idle();
    await show.evaluate(() => below.scrollIntoView());
    await show.idle();
    await show.evaluate(() => played.release());
    await show.page.waitForFunction(() => below.hasAttribute('alt'));
    await show.idle();
    assert.equal(await show.evaluate(() => played.asked.at(-1)), 'rocket.jpg');
    assert.equal((await show.evaluate(() => run.report)).waiting, 1);
    await show.evaluate(() => scrollTo(0, 0));
    assert.equal(Object.values(await results()).filter((outcome) => outcome === 'filled').length, 3);
  });

  test('can see to everything at once, but for what the browser has not loaded', async () => {
    await show.mount(
      `<p class="below">${image('below')}</p><p class="below">${image('lazy', 'loading="lazy"', 'coffee')}</p>`,
    );
    // Lazy images near the view are loaded all the same.
    await show.evaluate(() => (lazy.closest('p').style.marginTop = '20000px'));
    await start('{ inView: false }');
    await show.page.waitForFunction(() => below.hasAttribute('alt'));
    assert.deepEqual(await said(), { below: 'filled', lazy: 'waiting' });
    await show.evaluate(() => lazy.scrollIntoView());
    assert.equal((await results()).lazy, 'filled');
  });

  test('can be limited and stopped, by a method and by a signal', async () => {
    await show.mount(image('a') + image('b') + image('c'));
    await start('{ limit: 2 }');
    assert.deepEqual(Object.values(await results()).sort(), ['filled', 'filled', 'limit']);
    assert.equal((await show.asked()).length, 2);
    await show.evaluate(() => (run.undo(), (played.holding = true)));
    await start();
    await show.evaluate(() => run.stop());
    assert.deepEqual(await results(), { a: 'stopped', b: 'stopped', c: 'stopped' });
    await show.evaluate(() => (window.control = new AbortController()));
    await start('{ signal: control.signal, watch: true }');
    await show.evaluate(() => control.abort());
    assert.deepEqual(await results(), { a: 'stopped', b: 'stopped', c: 'stopped' });
    await show.evaluate(() => played.release());
    await start('{ signal: AbortSignal.abort() }');
    assert.deepEqual(await results(), { a: 'stopped', b: 'stopped', c: 'stopped' });
    await show.idle();
    assert.equal(await alt('a'), null);
    sound();
  });

  test('tells of each image as it goes, whatever the listener does', async () => {
    await show.mount(image('a') + image('b', 'alt=""'));
    await start(
      `{ onResult: ({ image }) => { (window.reported ??= []).push([image.id, !!window.run]); throw new Error('of the page'); } }`,
    );
    assert.deepEqual(await results(), { a: 'filled', b: 'decorative' });
    assert.deepEqual(
      await show.evaluate(() => reported),
      [
        ['b', true],
        ['a', true],
      ],
      'once the page has the run',
    );
    assert.match(show.complaints.join(), /of the page/);
  });

  test('shares its images with another run, of another copy too', async () => {
    await show.mount(image('a') + image('b', '', 'coffee'));
    const found = await show.evaluate(async () => {
      const { autoAlt: other } = await import('/copy/auto/index.js');
      const runs = [autoAlt(), other(document.body), autoAlt()];
      return (await Promise.all(runs.map(({ done }) => done))).map(({ filled, reasons }) => [
        filled,
        reasons.claimed ?? 0,
      ]);
    });
    assert.deepEqual(found, [
      [2, 0],
      [0, 2],
      [0, 2],
    ]);
    assert.equal((await show.asked()).length, 2);
    sound();
  });

  test('looks into a shadow tree, a fragment or a single image that it is given', async () => {
    const found = await show.evaluate(async () => {
      const host = document.getElementById('place').appendChild(document.createElement('div'));
      const shadow = host.attachShadow({ mode: 'open' });
      shadow.innerHTML = '<img src="/photos/boats.jpg" width="60">';
      const fragment = new DocumentFragment();
      fragment.append(Object.assign(new Image(), { src: '/photos/boats.jpg' }));
      const single = Object.assign(new Image(), { src: '/photos/boats.jpg', width: 60 });
      host.after(single);
      const runs = [autoAlt(document.body), autoAlt(shadow), autoAlt(fragment)];
      const done = await Promise.all(runs.map(({ done }) => done));
      single.removeAttribute('alt');
      delete single.dataset.altSource;
      return [...done, await autoAlt(single).done].map(({ found, filled }) => [found, filled]);
    });
    assert.deepEqual(found, [
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    sound();
  });
});

describe('a page that changes', () => {
  test("in the midst of work: another file, an author's word, an image that goes", async () => {
    await show.evaluate(() => {
      played.holding = true;
      played.answers['coffee.jpg'] = { text: 'A cup of coffee.' };
    });
    await show.mount(image('changed') + image('said') + image('gone') + image('kept', '', 'rocket'));
    await start();
    await show.page.waitForFunction(() => played.asked.length === 1);
    await show.evaluate(() => {
      changed.src = '/photos/coffee.jpg';
      said.alt = 'Mine';
      gone.remove();
      played.release();
    });
    await show.evaluate(() => run.done.then(() => undefined));
    const outcomes = await show.evaluate(() => run.report.entries.map(({ outcome, reason }) => reason ?? outcome));
    assert.deepEqual(outcomes, ['filled', 'given', 'removed', 'filled']);
    assert.equal(await alt('changed'), 'A cup of coffee.');
    assert.equal(await alt('said'), 'Mine');
    sound();
  });

  test('is followed where the run watches', async () => {
    await show.evaluate(() => (played.answers['coffee.jpg'] = { text: 'A cup of coffee.' }));
    await show.mount(`${image('one')}${image('two', 'alt=""')}<div id="tab" class="gone">${image('three')}</div>`);
    await start('{ watch: true }');
    assert.deepEqual(await results(), { one: 'filled', two: 'decorative', three: 'hidden' });
    await show.evaluate(() => {
      one.src = '/photos/coffee.jpg';
      two.removeAttribute('alt');
      tab.className = '';
      const added = document.createElement('p');
      added.innerHTML = '<img id="four" src="/photos/rocket.jpg" width="60">';
      document.getElementById('place').append(added);
    });
    await show.page.waitForFunction(() =>
      ['one', 'two', 'three', 'four'].every((id) => document.getElementById(id).alt),
    );
    await show.idle();
    assert.equal(await alt('one'), 'A cup of coffee.');
    assert.deepEqual(await said(), { one: 'filled', two: 'filled', three: 'filled', four: 'filled' });
    // Somebody mends a text: it is theirs from then on.
    await show.evaluate(() => (four.alt = 'By a person'));
    await show.idle();
    assert.deepEqual(await show.evaluate(() => [four.alt, 'altSource' in four.dataset]), ['By a person', false]);
    // One that leaves and comes back is seen to, unless it has its text still.
    await show.evaluate(() => {
      window.away = Object.assign(new Image(), { id: 'five', src: '/photos/boats.jpg', width: 60 });
      document.getElementById('place').append(away);
    });
    await show.page.waitForFunction(() => away.alt);
    assert.equal(await show.evaluate(() => (run.stop(), run.undo())), 4);
    await show.evaluate(() =>
      document.getElementById('place').append(Object.assign(new Image(), { id: 'six', src: '/photos/boats.jpg' })),
    );
    await show.idle();
    assert.equal(await alt('six'), null, 'no more');
    sound();
  });

  test('gives an image up that leaves while it waits, and sees to it when it is back', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(image('one'));
    await start('{ watch: true }');
    await show.page.waitForFunction(() => played.asked.length === 1);
    await show.evaluate(() => ((window.kept = one), kept.remove()));
    assert.deepEqual(await results(), { one: 'removed' });
    assert.deepEqual(await show.evaluate(() => played.aborted), ['boats.jpg']);
    await show.evaluate(() => (played.release(), document.getElementById('place').append(kept)));
    await show.page.waitForFunction(() => kept.alt);
    assert.deepEqual(await said(), { one: 'filled' });
    sound();
  });
});

describe('trouble', () => {
  test('with a picture is told, and stops nobody', async () => {
    await show.evaluate(() => {
      played.answers['boats.jpg'] = { error: 'cross-origin' };
      played.answers['coffee.jpg'] = { error: 'crashed' };
    });
    await show.mount(image('one') + image('two', '', 'coffee') + image('three', '', 'rocket'));
    await start();
    assert.deepEqual(await results(), { one: 'cross-origin', two: 'crashed', three: 'filled' });
    assert.equal(await show.evaluate(() => run.report.entries[0].error.message), 'played: cross-origin');
    sound();
  });

  test('with the captioner ends the run, and does not reject', async () => {
    await show.evaluate(() =>
      useCaptioner(() => Promise.reject(Object.assign(new Error('no bundle'), { code: 'unreachable' }))),
    );
    await show.mount(image('one') + image('two', '', 'coffee') + image('three', 'alt=""'));
    await start('{ watch: true }');
    assert.deepEqual(await results(), { one: 'captioner', two: 'captioner', three: 'decorative' });
    assert.equal(await show.evaluate(() => run.report.error.message), 'no bundle');
    sound();
  });

  test('in a filter leaves that image alone', async () => {
    await show.mount(image('one') + image('two'));
    await start(`{ filter: ({ id }) => { if (id === 'one') throw new Error('of the page'); return true; } }`);
    assert.deepEqual(await results(), { one: 'filtered', two: 'filled' });
  });
});
