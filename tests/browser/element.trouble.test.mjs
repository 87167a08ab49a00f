// <show-tell> where things go wrong, and as a part of pages that change: nothing is lost, nothing is left.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { embedded } from './embedded.mjs';

const BOATS = '<show-tell id="one"><img src="/photos/boats.jpg" width="200"></show-tell>';
const TEXT = 'Two boats lie in a harbour.';

let site, show;
before(async () => (site = await embedded()));
after(() => site.close());
beforeEach(async () => (show = await site.open('element.html')));
afterEach(() => show.page.close());

const sound = () => assert.deepEqual(show.complaints, []);

describe('pictures', () => {
  for (const [code, words] of [
    ['cross-origin', 'No suggestion: it is on another site, which does not let its pixels be read'],
    ['too-large', 'No suggestion: played: too-large'],
    ['crashed', 'No suggestion: played: crashed'],
  ]) {
    test(`that cannot be captioned (${code}) say why, and can be tried again`, async () => {
      await show.evaluate((error) => (played.answers['boats.jpg'] = { error }), code);
      await show.mount(BOATS);
      await show.at('failed');
      await show.page.getByText(words, { exact: true }).waitFor();
      assert.equal(
        await show.evaluate(() => [one.error.code, heard[0].name, heard[0].error].join()),
        `${code},error,${code}`,
      );
      await show.evaluate(() => (played.answers = {}));
      await show.button('Try again').click();
      await show.at('suggested');
      assert.equal(await show.evaluate(() => one.error), null);
      sound();
    });
  }

  test('that are broken cost no captioner', async () => {
    await show.mount('<show-tell id="one"><img src="/nothing.jpg"></show-tell>');
    await show.at('failed');
    await show.page.getByText('No suggestion: the browser cannot show it').waitFor();
    assert.equal(await show.evaluate(() => loads), 0);
  });

  test('that are not there at all are no error', async () => {
    await show.mount('<show-tell id="one"></show-tell><show-tell id="two"><img></show-tell>');
    await show.at('empty');
    await show.at('empty', 'two');
    await show.evaluate(() => one.append(Object.assign(new Image(), { src: '/photos/boats.jpg' })));
    await show.at('suggested');
    sound();
  });

  test('drawn by the page itself have a name too', async () => {
    await show.evaluate(() => {
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><rect width="40" height="30"/></svg>';
      const image = Object.assign(new Image(), { src: `data:image/svg+xml,${encodeURIComponent(svg)}`, width: 200 });
      const element = Object.assign(document.createElement('show-tell'), { id: 'one' });
      element.append(image);
      document.getElementById('place').append(element);
    });
    await show.at('suggested');
    assert.equal(await show.said(), `Suggestion for the picture: ${TEXT}`);
    sound();
  });

  test('with 50 MB in their address are taken as others are', async () => {
    await show.evaluate(async () => {
      const photo = new Uint8Array(await (await fetch('/photos/boats.jpg')).arrayBuffer());
      // A JPEG may be followed by anything.
      const bytes = new Uint8Array(37_500_000);
      bytes.set(photo);
      const reader = new FileReader();
      await new Promise(
        (done) => ((reader.onload = done), reader.readAsDataURL(new Blob([bytes], { type: 'image/jpeg' }))),
      );
      const element = document.createElement('show-tell');
      Object.assign(element, { id: 'one', src: reader.result });
      document.getElementById('place').append(element);
    });
    await show.at('suggested');
    assert.equal(await show.said(), `Suggestion for the picture: ${TEXT}`);
    sound();
  });
});

describe('a picture that becomes another one', () => {
  test('in the midst of work, is looked at anew', async () => {
    await show.evaluate(() => {
      played.holding = true;
      played.answers['coffee.jpg'] = { text: 'A cup of coffee.' };
    });
    await show.mount(BOATS);
    await show.page.waitForFunction(() => played.asked.length === 1);
    await show.evaluate(() => (one.image.src = '/photos/coffee.jpg'));
    await show.page.waitForFunction(() => played.aborted.length === 1);
    await show.evaluate(() => played.release());
    await show.at('suggested');
    assert.equal(await show.evaluate(() => one.suggestion.text), 'A cup of coffee.');
    assert.deepEqual(await show.asked(), ['boats.jpg', 'coffee.jpg']);
    sound();
  });

  test('loses the text of the one before, and the page is told of it', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.evaluate(() => {
      one.accept();
      one.image.src = '/photos/coffee.jpg';
    });
    await show.at('suggested');
    assert.equal(await show.alt(), null);
    const { name, text, why } = await show.evaluate(() => heard.find(({ name }) => name === 'withdraw'));
    assert.deepEqual({ name, text, why }, { name: 'withdraw', text: TEXT, why: 'changed' });
    // A text being written is told of as well.
    await show.button('Edit').click();
    await show.page.keyboard.press('Control+A');
    await show.page.keyboard.type('Half a sen');
    await show.evaluate(() => (one.image.src = '/photos/rocket.jpg'));
    await show.at('suggested');
    assert.equal(await show.evaluate(() => heard.filter(({ name }) => name === 'withdraw').at(-1).text), 'Half a sen');
    sound();
  });

  test('keeps everything where it is only drawn anew', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.evaluate(() => {
      one.accept();
      // As a framework may: another element for the same picture.
      one.image.replaceWith(Object.assign(new Image(), { src: '/photos/boats.jpg' }));
    });
    await show.idle();
    await show.at('accepted');
    assert.equal(await show.alt(), TEXT);
    assert.deepEqual(await show.asked(), ['boats.jpg']);
    sound();
  });
});

test('a picture that the browser chooses again, as the window grows, is the same picture', async () => {
  await show.page.setViewportSize({ width: 400, height: 800 });
  await show.mount(`<show-tell id="one"><picture>
    <source srcset="/photos/chelsea.jpg?wide" media="(min-width: 600px)"><img src="/photos/chelsea.jpg" width="200">
  </picture></show-tell>`);
  await show.at('suggested');
  await show.evaluate(() => one.accept());
  await show.page.setViewportSize({ width: 1200, height: 800 });
  await show.page.waitForFunction(() => one.image.currentSrc.endsWith('wide'));
  await show.idle();
  await show.at('accepted');
  await show.evaluate(() => one.querySelector('source').setAttribute('srcset', '/photos/coffee.jpg'));
  await show.at('suggested');
  assert.equal(await show.alt(), null);
  sound();
});

describe('an element that comes and goes', () => {
  test('gives its request up when it is removed, and asks again when it is back', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS);
    await show.page.waitForFunction(() => played.asked.length === 1);
    await show.evaluate(() => ((window.kept = one), kept.remove()));
    assert.equal(await show.evaluate(() => [kept.state, played.aborted].join()), 'missing,boats.jpg');
    await show.evaluate(() => played.release());
    await show.idle();
    assert.equal(
      await show.evaluate(() => [kept.state, kept.image.hasAttribute('alt'), heard.length].join()),
      'missing,false,0',
    );
    await show.evaluate(() => document.getElementById('place').append(kept));
    await show.at('suggested');
    sound();
  });

  test('keeps what is suggested, accepted and half written wherever it is moved to', async () => {
    await show.mount(`${BOATS}<div id="there"></div>`);
    await show.at('suggested');
    await show.button('Edit').click();
    await show.page.keyboard.press('Control+A');
    await show.page.keyboard.type('Half a sen');
    await show.evaluate(() => document.getElementById('there').append(one));
    assert.equal(await show.page.getByLabel('Alt text, yours to edit').inputValue(), 'Half a sen');
    await show.button('Accept').click();
    await show.evaluate(() => document.getElementById('place').prepend(one));
    await show.idle();
    assert.equal(await show.alt(), 'Half a sen');
    assert.deepEqual(await show.asked(), ['boats.jpg']);
    if (await show.evaluate(() => 'moveBefore' in Element.prototype)) {
      await show.evaluate(() => document.getElementById('there').moveBefore(one, null));
      assert.equal(await show.evaluate(() => one.state), 'accepted');
    }
    sound();
  });

  test('may be connected as often as one likes', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS);
    await show.at('working');
    await show.evaluate(() => {
      for (let time = 0; time < 10; time += 1) one.connectedCallback();
      for (let time = 0; time < 10; time += 1) document.getElementById('place').append(one);
      played.release();
    });
    await show.at('suggested');
    assert.equal(await show.evaluate(() => heard.length), 1);
    assert.equal(await show.evaluate(() => one.shadowRoot.querySelectorAll('[part=panel]').length), 1);
    sound();
  });

  test('can be collected once it is gone', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.evaluate(() => {
      window.trace = new WeakRef(one);
      one.remove();
    });
    const client = await site.context.newCDPSession(show.page);
    // The browser's own observers let go some frames later.
    for (let attempt = 0; attempt < 20 && (await show.evaluate(() => trace.deref() !== undefined)); attempt += 1) {
      await show.idle();
      await client.send('HeapProfiler.collectGarbage');
    }
    assert.equal(await show.evaluate(() => trace.deref()), undefined);
  });

  test('is made by a clone, an inner HTML or a constructor alike', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.evaluate(() => {
      one.accept();
      const clone = Object.assign(one.cloneNode(true), { id: 'two' });
      const made = Object.assign(new ShowTell(), { id: 'three', src: '/photos/coffee.jpg' });
      document.getElementById('place').append(clone, made);
      three.scrollIntoView();
    });
    // To the clone, the text that came along is its author's.
    await show.at('given', 'two');
    await show.at('suggested', 'three');
    sound();
  });

  test('takes over what was set before it was defined', async () => {
    const late = await site.open('element.html');
    await late.evaluate(async () => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const inside = frame.contentDocument;
      const element = inside.body.appendChild(inside.createElement('show-tell'));
      Object.assign(element, {
        src: '/photos/boats.jpg',
        manual: true,
        labels: { suggest: 'Vorschlagen' },
        value: 'Early',
      });
      const script = Object.assign(inside.createElement('script'), {
        type: 'module',
        src: '/showtell/element/index.js',
      });
      inside.head.append(script);
      await frame.contentWindow.customElements.whenDefined('show-tell');
      window.early = element;
    });
    assert.deepEqual(
      await late.evaluate(() => [early.state, early.manual, early.image.alt, early.getAttribute('src')]),
      ['accepted', true, 'Early', '/photos/boats.jpg'],
    );
    assert.equal(await late.evaluate(() => Object.keys(early).length), 0, "no property hides the class's own");
    await late.page.close();
  });
});

describe('many', () => {
  test('twenty at once share one captioner and are asked about one after the other', async () => {
    await show.evaluate(() => {
      const ask = played.caption.bind(played);
      window.most = 0;
      let now = 0;
      played.caption = async (...words) => {
        most = Math.max(most, (now += 1));
        await new Promise((go) => setTimeout(go, 5));
        return ask(...words).finally(() => (now -= 1));
      };
    });
    const list = Array.from(
      { length: 20 },
      (_, i) => `<show-tell id="n${i}"><img src="/photos/boats.jpg?${i}" width="20"></show-tell>`,
    );
    await show.mount(list.join(''));
    await show.evaluate(() => document.querySelectorAll('show-tell').forEach((one) => one.suggest()));
    for (let i = 0; i < 20; i += 1) await show.at('suggested', `n${i}`);
    assert.deepEqual(await show.evaluate(() => [loads, most, played.asked.length, heard.length]), [1, 1, 20, 20]);
    // One that fails or leaves holds nobody up.
    await show.evaluate(() => {
      played.holding = true;
      played.answers['coffee.jpg'] = { error: 'broken' };
    });
    await show.mount(
      'coffee rocket chelsea'
        .split(' ')
        .map((name) => `<show-tell id="${name}" src="/photos/${name}.jpg"></show-tell>`)
        .join(''),
    );
    await show.evaluate(() => document.querySelectorAll('show-tell').forEach((one) => one.suggest()));
    await show.page.waitForFunction(() => played.asked.length === 21);
    await show.evaluate(() => (rocket.remove(), played.release()));
    await show.at('failed', 'coffee');
    await show.at('suggested', 'chelsea');
    sound();
  });

  test('copies of the script share the element and the captioner', async () => {
    assert.ok(await show.evaluate(async () => (await import('/copy/element/index.js')).ShowTell === ShowTell));
    await show.mount(BOATS);
    await show.at('suggested');
    // The copy's captioner is the page's.
    await show.evaluate(async () => {
      const { autoAlt } = await import('/copy/auto/index.js');
      document
        .getElementById('place')
        .insertAdjacentHTML('afterbegin', '<p id="more"><img src="/photos/coffee.jpg" width="100"></p>');
      await autoAlt(document.getElementById('more')).done;
    });
    assert.deepEqual(await show.evaluate(() => [loads, played.asked]), [1, ['boats.jpg', 'coffee.jpg']]);
    sound();
  });
});

describe('the captioner', () => {
  test('that cannot be loaded is loaded anew when asked for again', async () => {
    await show.evaluate(() => {
      window.tries = 0;
      useCaptioner(async () => {
        tries += 1;
        if (tries === 1) throw Object.assign(new Error('the bundle does not come'), { code: 'unreachable' });
        return played;
      });
    });
    await show.mount(BOATS);
    await show.at('failed');
    await show.page.getByText('No suggestion: the bundle does not come').waitFor();
    await show.button('Try again').click();
    await show.at('suggested');
    assert.equal(await show.evaluate(() => tries), 2);
    sound();
  });

  test('can be exchanged, and one that the page has disposed of is loaded anew', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.evaluate(() => {
      const disposed = () => Promise.reject(Object.assign(new Error('disposed of'), { code: 'disposed' }));
      const made = [{ ...played, caption: disposed }, played];
      useCaptioner(async () => made.shift());
    });
    await show.mount(BOATS.replace('boats', 'coffee'));
    await show.at('suggested');
    const other = await show.evaluate(() => {
      window.other = new Played();
      useCaptioner(other);
      return other.disposed;
    });
    assert.equal(other, 0);
    await show.mount(BOATS.replace('boats', 'rocket'));
    await show.at('suggested');
    assert.deepEqual(await show.evaluate(() => [other.asked, other.disposed, played.disposed]), [['rocket.jpg'], 0, 0]);
    sound();
  });
});
