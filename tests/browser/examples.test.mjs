// The examples do what they show, under the policy that they state, for everybody.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { examples, PHONE } from './examples.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';

/** What `autoAlt` makes of a sentence. */
const maybe = (photo) => {
  const { caption } = nativeCaption(PHOTOS + photo);
  return `May show: ${caption[0].toLowerCase()}${caption.slice(1)}`;
};

let all;
before(async () => (all = await examples({ reducedMotion: 'reduce' })));
after(() => all.close());

/** Nothing was complained about, and nothing asked of anybody else. */
function clean(example) {
  assert.deepEqual(example.complaints, []);
  const foreign = example.requests.filter((url) => !url.startsWith(all.server.address) && !/^(blob|data):/.test(url));
  assert.deepEqual(foreign, []);
}

test('the first page leads to each of them', async () => {
  const first = await all.open('');
  await first.look('first page');
  const names = await first.find('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.deepEqual(names, ['gallery/', 'editor/', 'offline/']);
  clean(first);
  await first.page.close();
});

describe('the gallery', () => {
  let gallery;
  // Some photos without a text the captioner declines: they stay without.
  const bare = ['boats.jpg', 'chelsea.jpg', 'coffee.jpg', 'rocket.jpg'];
  const described = bare.filter((photo) => nativeCaption(PHOTOS + photo).trust !== 'unable');
  const done = `which may be wrong: ${described.length}.`;
  const alt = (photo) => gallery.find(`img[src="photos/${photo}"]`).getAttribute('alt');
  before(async () => {
    gallery = await all.open('gallery/', { viewport: PHONE });
  });
  after(() => gallery.page.close());

  test('describes what is in view, and the rest when it comes into view', async () => {
    await gallery.find('figure:has(img[src="photos/boats.jpg"]) .machine').waitFor({ timeout: 60_000 });
    assert.equal(await alt('boats.jpg'), maybe('boats.jpg'));
    assert.equal(await alt('rocket.jpg'), null);
    await gallery.says('Describing the photos');
    await gallery.look('describing', { open: true, screens: [{ ...PHONE, colorScheme: 'light' }] });
    for (const photo of bare) {
      const figure = gallery.find(`figure:has(img[src="photos/${photo}"])`);
      await figure.scrollIntoViewIfNeeded();
      if (described.includes(photo)) await figure.locator('.machine').waitFor({ timeout: 20_000 });
    }
    await gallery.says(done);
    for (const photo of bare) assert.equal(await alt(photo), described.includes(photo) ? maybe(photo) : null, photo);
  });

  test('marks what a machine wrote, for those who see and those who do not', async () => {
    const filled = gallery.find('img[data-alt-source="showtell"]');
    assert.equal(await filled.count(), described.length);
    const shown = await gallery.find('.machine').allInnerTexts();
    assert.deepEqual(shown, await filled.evaluateAll((images) => images.map((image) => image.alt)));
    assert.ok(shown.every((text) => text.startsWith('May show: ')));
    // What an author wrote is as it was.
    const own = gallery.find('img[alt]:not([data-alt-source])');
    assert.match(await own.getAttribute('alt'), /^Eileen Collins/);
    // Photos that were declined lack an alt text still.
    await gallery.look('described', { open: described.length < bare.length });
  });

  test('takes all of it back with one switch, and writes it again', async () => {
    const before = await gallery.find('main').innerHTML();
    await gallery.find('#machine').uncheck();
    await gallery.says('The descriptions were taken back.');
    assert.equal(await gallery.find('.machine').count(), 0);
    assert.equal(await gallery.find('[data-alt-source], [data-alt-confidence]').count(), 0);
    assert.equal(await gallery.find('img[alt]').count(), 1);
    await gallery.page.setViewportSize({ width: 1280, height: 1600 });
    await gallery.find('#machine').check();
    await gallery.says(done);
    assert.equal(await gallery.find('main').innerHTML(), before);
    clean(gallery);
  });
});

describe('the editor', () => {
  let editor;
  const picture = (index) => editor.find('show-tell').nth(index);
  before(async () => {
    editor = await all.open('editor/', { viewport: { width: 1280, height: 1600 } });
    await suggested(0);
    await reached(1, declined ? 'unable' : 'suggested');
  });
  after(() => editor.page.close());

  const suggested = (index) => reached(index, 'suggested');
  // The second photo, as the captioner that ships has it: its words are the author's either way.
  const declined = nativeCaption(PHOTOS + 'coffee.jpg').trust === 'unable';
  async function reached(index, state) {
    await editor.find(`show-tell:nth-child(${index + 1})[state="${state}"]`).waitFor({ timeout: 60_000 });
  }

  test('suggests, and lets nothing out that nobody decided on', async () => {
    await editor.look('suggested', { open: true });
    await picture(0)
      .getByText(nativeCaption(PHOTOS + 'boats.jpg').caption)
      .first()
      .waitFor();
    assert.equal(await picture(2).getAttribute('state'), 'given');
    await editor.button('Publish').click();
    assert.ok(await editor.find('#post').isHidden());
    // The focus is where a decision is missing.
    assert.ok(await picture(0).evaluate((element) => element.matches(':focus-within')));
  });

  test('publishes what was accepted, edited, called decorative and there before', async () => {
    await editor.button('Accept', picture(0)).click();
    await editor.button(declined ? 'Write' : 'Edit', picture(1)).click();
    await editor.page.keyboard.press('Control+A');
    await editor.page.keyboard.type('A cup of coffee & a spoon.');
    await editor.look('editing', { open: true });
    await editor.page.keyboard.press('Enter');
    await editor.find('#add').setInputFiles(PHOTOS + 'astronaut.jpg');
    await suggested(3);
    await editor.button('Decorative', picture(3)).click();
    await editor.button('Publish').click();
    const { caption } = nativeCaption(PHOTOS + 'boats.jpg');
    assert.equal(
      await editor.find('pre').innerText(),
      `<article><h1>From the harbour to the moon</h1>
  <img src="photos/boats.jpg" alt="${caption}">
  <img src="photos/coffee.jpg" alt="A cup of coffee &amp; a spoon.">
  <img src="photos/astronaut.jpg" alt="Eileen Collins smiles in an orange space suit.">
  <img src="astronaut.jpg" alt="">
</article>`,
    );
    assert.ok(await editor.find('#result').evaluate((heading) => heading === document.activeElement));
    await editor.look('published');
    // Changed, it would be published differently.
    await editor.button('Take back', picture(0)).click();
    await editor.button('Publish').click();
    assert.ok(await editor.find('#post').isHidden());
  });

  test('leaves the words to the author where a picture cannot be described', async () => {
    await editor
      .find('#add')
      .setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
    await editor.find('show-tell:nth-child(5)[state="failed"]').waitFor({ timeout: 20_000 });
    await editor.look('failed', { open: true });
    await editor.button('Write', picture(4)).click();
    await editor.page.keyboard.type('A chart.');
    await editor.page.keyboard.press('Enter');
    await editor.button('Accept', picture(0)).click();
    await editor.button('Publish').click();
    await editor.find('pre').getByText('<img src="broken.png" alt="A chart.">').waitFor();
    clean(editor);
  });
});

describe('the offline page', () => {
  test('describes photos with the network cut and the server gone', async () => {
    const own = await examples({ reducedMotion: 'reduce' });
    try {
      const first = await own.open('offline/');
      await first.says('Ready, also without a network.');
      await first.look('ready');
      await first.page.close();
      await own.server.close();
      await own.context.setOffline(true);
      const second = await own.open('offline/');
      await second.says('Ready, also without a network.');
      await second.find('#photo').setInputFiles(PHOTOS + 'astronaut.jpg');
      await second
        .find('#caption')
        .getByText(nativeCaption(PHOTOS + 'astronaut.jpg').told)
        .waitFor({ timeout: 20_000 });
      await second.look('described');
      await second
        .find('#photo')
        .setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
      await second.find('#caption').getByText('This photo cannot be described').waitFor();
      await second.find('#photo').setInputFiles(PHOTOS + 'boats.jpg');
      await second
        .find('#caption')
        .getByText(nativeCaption(PHOTOS + 'boats.jpg').told)
        .waitFor({ timeout: 20_000 });
      const complaints = second.complaints.filter((text) => !text.includes('ERR_'));
      assert.deepEqual(complaints, []);
    } finally {
      await own.close();
    }
  });

  test('promises nothing where there is no room to keep it', async () => {
    const own = await examples({ reducedMotion: 'reduce' });
    try {
      const blank = await own.context.newPage();
      const session = await own.context.newCDPSession(blank);
      const { origin } = new URL(own.server.address);
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 10e6 });
      const page = await own.open('offline/');
      await page.says('Ready; without a network it needs more room');
      await page.find('#photo').setInputFiles(PHOTOS + 'astronaut.jpg');
      await page
        .find('#caption')
        .getByText(nativeCaption(PHOTOS + 'astronaut.jpg').told)
        .waitFor({ timeout: 20_000 });
    } finally {
      await own.close();
    }
  });

  test('says so where it cannot be made ready', async () => {
    const own = await examples();
    try {
      await own.context.route('**/captioner_bg.wasm', (route) => route.abort());
      const page = await own.open('offline/');
      await page.says('The captioner cannot be loaded:');
      await page.look('failed');
    } finally {
      await own.close();
    }
  });
});
