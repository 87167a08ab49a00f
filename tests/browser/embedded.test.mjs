// <show-tell> and autoAlt with the package's own captioner, and with pictures that are hard to take.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { embedded } from './embedded.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';
import { serve, STRICT } from './served.mjs';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 60"><circle cx="40" cy="30" r="20" fill="red"/></svg>';

/** Photos from elsewhere: a server that lets nobody read its pictures, and one that lets everybody. */
let closed, open, site, show;
before(async () => {
  closed = await serve({ '/': PHOTOS }, { policy: '' });
  open = await serve({ '/': PHOTOS }, { policy: '', headers: { 'Access-Control-Allow-Origin': '*' } });
  const [one, two] = [closed, open].map(({ address }) => address.slice(0, -1));
  const policy = STRICT.replace("img-src 'self'", `img-src 'self' ${one} ${two}`).replace(
    "connect-src 'self'",
    `connect-src 'self' ${one} ${two}`,
  );
  site = await embedded({}, { policy, mounts: { '/data/': DATA } });
  show = await site.open('element.html');
  await show.evaluate(() => useCaptioner({ device: 'cpu' }));
});
after(async () => {
  await site.close();
  await closed.close();
  await open.close();
});

/** Mounts elements for addresses, and says where they end, in order. */
async function ends(...addresses) {
  await show.mount('');
  return show.evaluate(async (addresses) => {
    const settled = (element) =>
      new Promise((done) => {
        const look = () => {
          if (['missing', 'working'].includes(element.state)) return;
          done([element.state, element.error?.code ?? element.suggestion?.text]);
        };
        new MutationObserver(look).observe(element, { attributeFilter: ['state'] });
      });
    const elements = addresses.map((src) => Object.assign(document.createElement('show-tell'), { src }));
    const all = Promise.all(elements.map(settled));
    document.getElementById('place').append(...elements);
    for (const element of elements) element.suggest();
    return all;
  }, addresses);
}

describe("the package's own captioner", () => {
  test('suggests what the command line says, once it is seen to be loaded', async () => {
    await show.evaluate(() => {
      window.lines = new Set();
      const place = document.getElementById('place');
      new MutationObserver(() => {
        const line = place.firstChild?.shadowRoot?.querySelector('[part=status]').textContent;
        if (line) lines.add(line);
      }).observe(place, { childList: true, subtree: true, attributes: true });
      place.innerHTML = '<show-tell id="one"><img src="/photos/boats.jpg" width="300"></show-tell>';
      new MutationObserver(() => lines.add(one.shadowRoot.querySelector('[part=status]').textContent)).observe(
        one.shadowRoot,
        { childList: true, subtree: true, characterData: true },
      );
    });
    await show.page.locator('#one:is([state=suggested], [state=unable], [state=failed])').waitFor({ timeout: 120_000 });
    const expected = nativeCaption(`${PHOTOS}boats.jpg`);
    assert.equal(await show.evaluate(() => one.suggestion?.hedged), expected.told);
    const lines = await show.evaluate(() => [...lines].join('\n'));
    assert.match(lines, /Loading the captioner: [\d.]+ of 1\d\.\d MB/);
    assert.match(lines, /Looking at the picture…/);
    await show.button('Accept').click();
    assert.equal(await show.alt(), expected.caption);
    assert.deepEqual(show.complaints, []);
  });

  test('fills a page with what the command line says', async () => {
    await show.mount(
      '<img id="boats" src="/photos/boats.jpg" width="300"><img id="coffee" src="/photos/coffee.jpg" width="300">',
    );
    const report = await show.evaluate(async () => {
      const { autoAlt } = await import('/showtell/auto/index.js');
      const { entries } = await autoAlt(document.getElementById('place')).done;
      return entries.map(({ reason, outcome, alt }) => ({ reason, outcome, alt }));
    });
    for (const [index, name] of ['boats', 'coffee'].entries()) {
      const { told: text, trust } = nativeCaption(`${PHOTOS}${name}.jpg`);
      const expected = trust === 'unable' ? { reason: 'unable', outcome: 'skipped' } : { outcome: 'filled', alt: text };
      assert.deepEqual({ ...report[index] }, { reason: undefined, alt: undefined, ...expected });
    }
    assert.deepEqual(show.complaints, []);
  });
});

describe("another search than the bundle's own", () => {
  before(() =>
    show.evaluate(async () => {
      const { load } = await import('/showtell/index.js');
      const captioner = await load({ device: 'cpu' });
      window.greedy = captioner;
      useCaptioner({ caption: (image, options) => captioner.caption(image, { ...options, beam: 1 }) });
    }),
  );
  after(() => show.evaluate(() => (greedy.dispose(), useCaptioner({ device: 'cpu' }))));

  test('has no percentage in the element, and is doubted on a page that nobody edits', async () => {
    await show.mount(
      '<show-tell id="one"><img src="/photos/chelsea.jpg" width="300"></show-tell><img id="cat" src="/photos/chelsea.jpg" width="300">',
    );
    await show.at('suggested');
    assert.equal(await show.evaluate(() => one.suggestion.calibrated), false);
    assert.equal(await show.page.locator('#one').locator('[part=confidence]').innerText(), 'Confidence: not measured.');
    const [sure, filled] = await show.evaluate(async () => {
      const { autoAlt } = await import('/showtell/auto/index.js');
      const fill = async (options) =>
        (await autoAlt(document.getElementById('place'), options).done).entries.find(({ image }) => image.id === 'cat');
      return [(await fill({ minConfidence: 0.01 })).reason, (await fill({})).alt];
    });
    assert.equal(sure, 'unsure');
    assert.match(filled, /^Perhaps a /);
    assert.deepEqual(show.complaints, []);
  });
});

describe('a worker that hangs', () => {
  /** Has a worker loop without end over the next picture that it is asked about. */
  const hang = (worker) =>
    worker.evaluate(() =>
      self.addEventListener('message', ({ data }) => {
        while (data.request.Caption);
      }),
    );

  test('is started again, and a picture over which it hangs twice is left out', async () => {
    await show.evaluate(() => useCaptioner({ device: 'cpu', patience: 8000 }));
    const [first] = await ends('/photos/boats.jpg');
    assert.equal(first[0], 'suggested');
    await hang(show.page.workers().at(-1));
    assert.deepEqual(await ends('/photos/boats.jpg'), [first]);
    await hang(show.page.workers().at(-1));
    const again = show.page.waitForEvent('worker').then(hang);
    const [bad, good] = await ends('/photos/coffee.jpg', '/photos/boats.jpg');
    await again;
    assert.deepEqual(bad, ['failed', 'crashed']);
    assert.deepEqual(good, first);
    assert.deepEqual(show.complaints, []);
  });
});

describe('pictures that are hard to take', () => {
  test('of another origin: only where that allows it', async () => {
    const [forbidden, allowed] = await ends(`${closed.address}boats.jpg`, `${open.address}boats.jpg`);
    assert.deepEqual(forbidden, ['failed', 'cross-origin']);
    assert.notEqual(allowed[0], 'failed', allowed[1]);
  });

  test('that are broken, empty or no pictures', async () => {
    const found = await ends('/nothing.jpg', '/embedded.css', 'data:image/png;base64,AAAA', 'data:,');
    assert.deepEqual(found, Array(4).fill(['failed', 'broken']));
  });

  test('of no size, drawn from vectors, moving, or with an alpha channel', async () => {
    const none = '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>';
    const data = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;
    const [nothing, ...others] = await ends(data(none), data(SVG), '/data/animated.webp', '/data/alpha.png');
    assert.equal(nothing[0], 'failed');
    assert.deepEqual(
      others.filter(([state]) => state === 'failed'),
      [],
      JSON.stringify(others),
    );
  });

  test('with 50 MB in their address', async () => {
    await show.mount('');
    // Of this one the answer does not hang on a pixel.
    const [found, short] = await show.evaluate(async () => {
      const photo = new Uint8Array(await (await fetch('/photos/chelsea.jpg')).arrayBuffer());
      // A JPEG may be followed by anything.
      const bytes = new Uint8Array(37_500_000);
      bytes.set(photo);
      const reader = new FileReader();
      await new Promise(
        (done) => ((reader.onload = done), reader.readAsDataURL(new Blob([bytes], { type: 'image/jpeg' }))),
      );
      const suggested = (src) => {
        const element = Object.assign(document.createElement('show-tell'), { src });
        const answer = new Promise((done) => {
          element.addEventListener('showtell-suggest', ({ detail }) => done(detail.caption.hedged));
          element.addEventListener('showtell-error', ({ detail }) => done(detail.error.message));
        });
        document.getElementById('place').append(element);
        element.suggest();
        return answer;
      };
      return [await suggested(reader.result), await suggested('/photos/chelsea.jpg')];
    });
    assert.equal(short, nativeCaption(`${PHOTOS}chelsea.jpg`).told);
    assert.equal(found, short);
  });

  test('twenty at once, some of which leave', async () => {
    await show.mount(
      Array.from(
        { length: 20 },
        (_, i) => `<show-tell id="n${i}"><img src="/photos/astronaut.jpg?${i}" width="20"></show-tell>`,
      ).join(''),
    );
    const texts = await show.evaluate(async () => {
      const all = [...document.querySelectorAll('show-tell')];
      const stay = all.filter((_, index) => index % 4 !== 3);
      const answers = stay.map(
        (one) =>
          new Promise((done) => one.addEventListener('showtell-suggest', ({ detail }) => done(detail.caption.hedged))),
      );
      for (const one of all) one.suggest();
      for (const one of all) if (!stay.includes(one)) one.remove();
      return Promise.all(answers);
    });
    assert.deepEqual(texts, Array(15).fill(nativeCaption(`${PHOTOS}astronaut.jpg`).told));
  });
});
