// <show-tell> suggests, a person decides, and what an author has said stands.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { embedded } from './embedded.mjs';

const BOATS = '<show-tell id="one"><img src="/photos/boats.jpg" width="300"></show-tell>';
const TEXT = 'Two boats lie in a harbour.';

let site, show;
before(async () => (site = await embedded()));
after(() => site.close());
beforeEach(async () => (show = await site.open('element.html')));
afterEach(async () => {
  assert.deepEqual(show.complaints, [], 'no error, and no breach of the policy');
  await show.page.close();
});

const heard = async () => JSON.parse(await show.evaluate(() => JSON.stringify(window.heard)));

describe('a picture without alt text', () => {
  test('gets a suggestion, and no alt text before somebody accepts it', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS);
    await show.at('working');
    await show.page.getByText('Looking at the picture…').waitFor();
    await show.evaluate(() => played.release());
    await show.at('suggested');
    assert.equal(await show.alt(), null);
    assert.deepEqual(await heard(), [{ name: 'suggest', on: 'one', text: TEXT }]);
    await show.button('Accept').click();
    await show.at('accepted');
    assert.equal(await show.alt(), TEXT);
    assert.equal(await show.evaluate(() => one.image.dataset.altSource), 'showtell');
    assert.deepEqual((await heard())[1], { name: 'accept', on: 'one', text: TEXT, source: 'suggested' });
  });

  test('has its words read where the element says so', async () => {
    await show.mount(BOATS.replace('<show-tell', '<show-tell text'));
    await show.at('suggested');
    assert.deepEqual(await show.evaluate(() => [one.text, played.worded]), [true, ['boats.jpg']]);
    await show.mount(BOATS);
    await show.at('suggested');
    assert.deepEqual(await show.evaluate(() => [one.text, played.worded]), [false, ['boats.jpg']]);
  });

  test('can be edited, and says that it was', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.button('Edit').click();
    await show.page.getByLabel('Alt text, yours to edit').fill('  Two boats\nat Nagasaki. ');
    await show.button('Accept').click();
    await show.at('accepted');
    assert.equal(await show.alt(), 'Two boats at Nagasaki.');
    assert.equal(await show.evaluate(() => one.image.dataset.altSource), 'showtell-edited');
    assert.equal((await heard())[1].source, 'edited');
    // Once more, from what stands.
    await show.button('Edit').click();
    assert.equal(await show.page.getByLabel('Alt text, yours to edit').inputValue(), 'Two boats at Nagasaki.');
    await show.button('Cancel').click();
    assert.equal(await show.alt(), 'Two boats at Nagasaki.');
  });

  test('is left without where the suggestion is rejected, and the suggestion comes back when asked for', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.button('Reject').click();
    await show.at('rejected');
    assert.equal(await show.alt(), null);
    assert.deepEqual((await heard())[1], { name: 'reject', on: 'one', text: TEXT });
    await show.button('Show suggestion').click();
    await show.at('suggested');
    assert.deepEqual(await show.asked(), ['boats.jpg'], 'nothing is computed twice');
  });

  test('can be called decorative, and everything can be taken back', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.button('Decorative').click();
    await show.at('accepted');
    assert.equal(await show.alt(), '');
    assert.equal(await show.evaluate(() => one.image.dataset.altSource), undefined);
    await show.button('Take back').click();
    await show.at('suggested');
    assert.equal(await show.alt(), null);
  });

  test('may be written about without any suggestion', async () => {
    await show.mount('<show-tell id="one" manual><img src="/photos/boats.jpg"></show-tell>');
    await show.at('missing');
    await show.button('Write').click();
    await show.page.keyboard.type('My own words');
    await show.page.keyboard.press('Enter');
    await show.at('accepted');
    assert.equal(await show.alt(), 'My own words');
    assert.equal(await show.evaluate(() => one.image.dataset.altSource), undefined);
    assert.equal((await heard())[0].source, 'written');
    assert.deepEqual(await show.asked(), []);
  });

  test("may be the element's own, made for its src", async () => {
    await show.mount('<show-tell id="one" src="/photos/boats.jpg"></show-tell>');
    await show.at('suggested');
    await show.evaluate(() => one.accept());
    assert.equal(await show.alt(), TEXT);
    assert.equal(await show.evaluate(() => one.getAttribute('alt')), null, "the attribute is the author's");
    await show.evaluate(() => (one.alt = "The author's"));
    await show.at('given');
    assert.equal(await show.alt(), "The author's");
  });

  test('is told with doubt, or not at all, and how sure that is', async () => {
    await show.evaluate(() => {
      played.answers['boats.jpg'] = { trust: 'doubtful', confidence: 0.11 };
      played.answers['coffee.jpg'] = { trust: 'unable', text: 'A dog.' };
    });
    await show.mount(BOATS + BOATS.replace('one', 'two').replace('boats', 'coffee'));
    await show.at('suggested');
    await show.page.getByText('Perhaps', { exact: true }).waitFor();
    await show.page.getByText('Confidence: low. About 11 of 100 such captions are mostly right.').waitFor();
    assert.equal(await show.said(), `Suggestion for boats.jpg: Perhaps: ${TEXT}`);
    await show.at('unable', 'two');
    await show.page.getByText('I cannot describe this picture well.', { exact: true }).waitFor();
    assert.equal(await show.page.getByText('A dog.').count(), 0);
    assert.equal(await show.evaluate(() => two.accept()), false);
  });

  test('has no percentage where its confidence is only a score', async () => {
    await show.evaluate(() => (played.answers['boats.jpg'] = { calibrated: false, confidence: 0.9 }));
    await show.mount(BOATS);
    await show.at('suggested');
    const confidence = show.page.locator('#one').locator('[part=confidence]');
    assert.equal(await confidence.innerText(), 'Confidence: not measured.');
  });
});

describe("an author's word", () => {
  for (const [name, image] of [
    ['an alt text', '<img src="/photos/boats.jpg" alt="Mine">'],
    ['alt=""', '<img src="/photos/boats.jpg" alt="">'],
    ['a title', '<img src="/photos/boats.jpg" title="Mine">'],
    ['a role', '<img src="/photos/boats.jpg" role="presentation">'],
    ['aria-hidden', '<span aria-hidden="true"><img src="/photos/boats.jpg"></span>'],
    ['aria-label', '<img src="/photos/boats.jpg" aria-label="Mine">'],
  ]) {
    test(`stands: ${name}`, async () => {
      await show.mount(`<show-tell id="one">${image}</show-tell>`);
      const before = await show.evaluate(() => one.innerHTML);
      await show.at('given');
      await show.evaluate(() => (one.suggest(), one.accept('Something else'), (one.value = 'Something else')));
      await show.idle();
      assert.equal(await show.evaluate(() => one.innerHTML), before);
      assert.deepEqual(await show.asked(), []);
      assert.equal(await show.page.locator('#one [part=panel]').isVisible(), false);
    });
  }

  test('ends the work and withdraws what was suggested, whenever it comes', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS);
    await show.at('working');
    await show.page.waitForFunction(() => played.asked.length === 1);
    await show.evaluate(() => (one.image.alt = 'Mine'));
    await show.at('given');
    assert.deepEqual(await show.evaluate(() => played.aborted), ['boats.jpg']);
    await show.evaluate(() => played.release());
    await show.evaluate(() => one.image.removeAttribute('alt'));
    await show.at('suggested');
    await show.evaluate(() => (one.image.alt = ''));
    await show.at('given');
    assert.deepEqual((await heard()).at(-1), { name: 'withdraw', on: 'one', text: TEXT, why: 'given' });
    assert.equal(await show.alt(), '');
  });

  test('wins when it comes in the same moment as the decision', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    assert.equal(await show.evaluate(() => ((one.image.alt = 'Mine'), one.accept())), false);
    assert.equal(await show.alt(), 'Mine');
  });

  test('replaces an accepted text, which then carries no mark', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.evaluate(() => (one.accept(), (one.image.alt = 'Mine')));
    await show.at('given');
    assert.equal(await show.evaluate(() => one.image.dataset.altSource), undefined);
  });

  test('is asked for where a link has the picture as its only content', async () => {
    await show.mount('<show-tell id="one"><a href="#there"><img src="/photos/boats.jpg"></a></show-tell>');
    await show.at('missing');
    await show.page.getByText('say where it leads').waitFor();
    await show.idle();
    assert.deepEqual(await show.asked(), []);
    await show.button('Suggest').click();
    await show.at('suggested');
  });
});

describe('no work', () => {
  test('before the element is in view, and none for those that have left it', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(`${BOATS}<div class="below">${BOATS.replace('one', 'two').replace('boats', 'coffee')}</div>`);
    await show.at('working');
    await show.idle();
    await show.at('missing', 'two');
    await show.evaluate(() => two.scrollIntoView());
    await show.at('working', 'two');
    await show.evaluate(() => scrollTo(0, 0));
    // It had not had its turn: whoever is in view goes first.
    await show.at('missing', 'two');
    assert.deepEqual(await show.asked(), ['boats.jpg']);
    await show.evaluate(() => played.release());
    await show.at('suggested');
    await show.idle();
    assert.deepEqual(await show.asked(), ['boats.jpg']);
    await show.evaluate(() => two.scrollIntoView());
    await show.at('suggested', 'two');
  });

  test('while hidden, manual or disabled', async () => {
    await show.mount(
      BOATS.replace('id="one"', 'id="one" hidden') +
        BOATS.replace('id="one"', 'id="two" manual') +
        BOATS.replace('id="one"', 'id="three" disabled'),
    );
    await show.at('missing', 'three');
    await show.idle();
    assert.equal(await show.page.locator('#one').isVisible(), false);
    assert.deepEqual(await show.asked(), []);
    assert.equal(await show.evaluate(() => loads), 0, 'not even the captioner');
    await show.evaluate(() => (one.hidden = false));
    await show.at('suggested', 'one');
    await show.evaluate(() => (two.manual = false));
    await show.at('suggested', 'two');
    await show.evaluate(() => (three.scrollIntoView(), (three.disabled = false)));
    await show.at('suggested', 'three');
  });

  test('after somebody has stopped it, until somebody asks', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS);
    await show.at('working');
    await show.button('Stop').click();
    await show.at('missing');
    await show.evaluate(() => played.release());
    await show.idle();
    await show.at('missing');
    await show.button('Suggest').click();
    await show.at('suggested');
  });
});

describe('the page', () => {
  test('may object to a suggestion and to a decision', async () => {
    await show.evaluate(() => {
      addEventListener('showtell-suggest', (event) => event.target.id === 'two' && event.preventDefault());
      addEventListener('showtell-accept', (event) => event.preventDefault());
    });
    await show.mount(BOATS + BOATS.replace('one', 'two'));
    await show.at('suggested');
    await show.at('rejected', 'two');
    await show.button('Accept').click();
    await show.idle();
    await show.at('suggested');
    assert.equal(await show.alt(), null);
  });

  test("hears events outside of shadow trees, and changes only of a person's or a method's making", async () => {
    await show.evaluate(() => {
      const host = document.createElement('div');
      document.getElementById('place').append(host);
      host.attachShadow({ mode: 'open' }).innerHTML = '<show-tell><img src="/photos/boats.jpg"></show-tell>';
      window.inner = host.shadowRoot.firstChild;
      window.changes = 0;
      host.shadowRoot.addEventListener('change', () => (changes += 1));
    });
    await show.page.waitForFunction(() => inner.state === 'suggested');
    assert.equal((await heard())[0].name, 'suggest');
    await show.evaluate(() => (inner.value = 'By a property'));
    assert.equal(await show.evaluate(() => [inner.value, changes, heard.length].join()), 'By a property,0,1');
    await show.evaluate(() => (inner.value = null));
    await show.evaluate(() => inner.accept());
    assert.equal(await show.evaluate(() => changes), 1);
  });

  test('may have every word its own', async () => {
    await show.evaluate(() => (ShowTell.labels = { accept: 'Annehmen', suggestion: 'Vorschlag' }));
    await show.mount(BOATS);
    await show.at('suggested');
    assert.ok(await show.button('Annehmen').isVisible());
    await show.evaluate(() => (one.labels = { accept: 'Übernehmen' }));
    assert.ok(await show.button('Übernehmen').isVisible());
    await show.page.getByText('Vorschlag', { exact: true }).waitFor();
  });
});
