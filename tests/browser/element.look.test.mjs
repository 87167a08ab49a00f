// Everybody can use <show-tell>: axe-core on every state, with the keyboard alone, by ear, from a phone
// to a desk, in the colours that a page or a person has chosen.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, beforeEach, describe, test } from 'node:test';
import { wrongs } from './axe.mjs';
import { embedded } from './embedded.mjs';

const SCREENS = [
  [320, 800],
  [1200, 900],
];
const TEXT = 'Two boats lie in a harbour.';
const BOATS = '<show-tell id="one"><img src="/photos/boats.jpg" width="200"></show-tell>';

let site, show;
before(async () => {
  site = await embedded();
  show = await site.open('element.html');
});
after(() => site.close());
beforeEach(async () => {
  await show.mount('');
  await show.page.reload();
  await show.page.waitForFunction(() => window.useCaptioner);
});

/** Looks at what there is in both lights and at every width. */
async function look(state) {
  for (const colorScheme of ['light', 'dark']) {
    await show.page.emulateMedia({ colorScheme });
    for (const [width, height] of SCREENS) {
      await show.page.setViewportSize({ width, height });
      // An author's image under review has no alt text: the element says so, and does not touch it.
      const found = (await wrongs(show.page)).filter(
        (line) => !/^image-alt: <img src="\/photos\/\w+\.jpg" width="200">/.test(line),
      );
      assert.deepEqual(found, [], `${state}, ${colorScheme}, ${width} px`);
      const over = await show.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${state}, ${width} px: ${over} px too wide`);
    }
  }
  await show.page.emulateMedia({ colorScheme: 'light' });
}

describe('axe-core has nothing to say', () => {
  test('of a picture that waits or is looked at', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS + BOATS.replace('"one"', '"two" manual'));
    await show.at('working');
    await look('working');
    await show.evaluate(() => played.release());
  });

  test('of a suggestion, an edit and a decision', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await look('suggested');
    await show.button('Edit').click();
    await show.page.getByLabel('Alt text, yours to edit').fill('word '.repeat(60));
    await look('editing');
    await show.button('Accept').click();
    await look('accepted');
    await show.button('Take back').click();
    await show.button('Reject').click();
    await look('rejected');
    await show.button('Decorative').click();
    await look('decorative');
  });

  test('of pictures made for a src, whatever their state: without any exception', async () => {
    await show.evaluate(() => (played.answers['rocket.jpg'] = { error: 'cross-origin' }));
    const names = ['boats', 'coffee', 'rocket', 'chelsea'];
    await show.mount(names.map((name) => `<show-tell id="${name}" src="/photos/${name}.jpg"></show-tell>`).join(''));
    await show.evaluate(() => document.querySelectorAll('show-tell').forEach((each) => each.suggest()));
    await show.at('failed', 'rocket');
    for (const name of ['boats', 'coffee', 'chelsea']) await show.at('suggested', name);
    await show.evaluate(() => {
      coffee.accept();
      chelsea.edit();
    });
    await look('src');
    assert.equal(await show.page.locator('#coffee [part=image]').getAttribute('aria-label'), null);
    await show.page.getByRole('img', { name: TEXT }).waitFor();
    await show.page.getByRole('img', { name: 'boats.jpg, no alt text yet' }).waitFor();
  });

  test('of doubt, of what cannot be described, of errors and of what is switched off', async () => {
    await show.evaluate(() => {
      played.answers['boats.jpg'] = { trust: 'doubtful' };
      played.answers['coffee.jpg'] = { trust: 'unable' };
      played.answers['rocket.jpg'] = { error: 'cross-origin' };
    });
    const others = ['coffee', 'rocket'].map((name) => BOATS.replace('one', name).replace('boats', name)).join('');
    await show.mount(BOATS + others + BOATS.replace('"one"', '"off" disabled'));
    await show.evaluate(() => document.querySelectorAll('show-tell').forEach((each) => each.suggest()));
    await show.at('suggested');
    await show.at('unable', 'coffee');
    await show.at('failed', 'rocket');
    await look('doubtful, unable, failed, disabled');
  });
});

describe('the keyboard alone', () => {
  test('does everything, and the focus is never lost', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    const press = (key) => show.page.keyboard.press(key);
    await press('Tab');
    assert.equal(await show.focus(), 'button accept');
    await press('Tab');
    await press('Enter');
    assert.equal(await show.focus(), 'input');
    await press('Control+A');
    await show.page.keyboard.type('Boats');
    await press('Escape');
    assert.equal(await show.focus(), 'button accept', 'the edit is rejected');
    assert.equal(await show.evaluate(() => [one.state, one.image.alt].join()), 'suggested,');
    await press('Enter');
    assert.equal(await show.alt(), TEXT);
    assert.equal(await show.focus(), 'button edit');
    await press('Tab');
    await press('Space');
    assert.equal(await show.focus(), 'button accept', 'taken back');
    await press('Tab');
    await press('Tab');
    await press('Enter');
    assert.equal(await show.focus(), 'button restore', 'rejected');
    await press('Enter');
    assert.equal(await show.focus(), 'button accept');
    await press('Shift+Tab');
    assert.ok(await show.evaluate(() => document.activeElement === document.body), 'no trap');
  });

  test('keeps the focus where the work ends under it', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS);
    await show.at('working');
    await show.evaluate(() => one.focus());
    assert.equal(await show.focus(), 'button stop');
    await show.evaluate(() => played.release());
    await show.at('suggested');
    assert.equal(await show.focus(), 'button accept');
  });

  test('never takes the focus from elsewhere', async () => {
    await show.mount(`<input id="other" aria-label="Other">${BOATS}`);
    await show.page.locator('#other').focus();
    await show.at('suggested');
    await show.evaluate(() => one.accept());
    assert.equal(await show.focus(), 'input');
    assert.equal(await show.evaluate(() => document.activeElement.id), 'other');
  });

  test('leaves Escape to the edit, not to the dialog around it, and Enter to an input method', async () => {
    await show.mount(`<dialog id="dialog">${BOATS}</dialog>`);
    await show.evaluate(() => document.getElementById('dialog').showModal());
    await show.at('suggested');
    await show.button('Edit').click();
    await show.page.locator('#one [part=input]').evaluate((input) => {
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
    });
    assert.equal(await show.focus(), 'input');
    await show.page.keyboard.press('Escape');
    assert.equal(await show.focus(), 'button accept');
    assert.ok(await show.evaluate(() => document.getElementById('dialog').open));
  });

  test('is told where a text is missing, and how long it is', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    await show.button('Edit').click();
    const input = show.page.getByLabel('Alt text, yours to edit');
    await input.fill('  ');
    await show.page.keyboard.press('Enter');
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    await show.page.getByText('There is no text yet.').waitFor();
    assert.equal(await show.alt(), null);
    // Counted as people count them.
    await input.fill('é😀'.repeat(62));
    await show.page.getByText('124 characters', { exact: true }).waitFor();
    await input.fill('a'.repeat(126));
    await show.page.getByText('126 characters: most alt texts do with 125.').waitFor();
    await input.fill('a'.repeat(201));
    await show.page.getByText('201 characters: too long. Put details beside the image instead.').waitFor();
  });
});

test('what is heard is heard once, and only what has happened', async () => {
  await show.evaluate(() => (played.holding = true));
  await show.mount(BOATS);
  await show.at('working');
  assert.equal(await show.said(), '');
  await show.page.locator('#one [aria-live]').evaluate((live) => {
    window.announced = [];
    new MutationObserver(() => announced.push(live.textContent)).observe(live, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await show.evaluate(() => played.release());
  await show.at('suggested');
  await show.button('Edit').click();
  await show.page.keyboard.press('Escape');
  await show.button('Reject').click();
  await show.button('Show suggestion').click();
  await show.button('Accept').click();
  await show.button('Take back').click();
  await show.button('Decorative').click();
  assert.deepEqual(await show.evaluate(() => announced), [
    `Suggestion for boats.jpg: ${TEXT}`,
    'Suggestion for boats.jpg rejected.',
    `Alt text of boats.jpg: ${TEXT}`,
    'Alt text of boats.jpg taken back.',
    'boats.jpg is decorative.',
  ]);
});

test('what screen readers are given is written down', async () => {
  await show.mount(BOATS);
  await show.at('suggested');
  const tree = await show.page.locator('#place').ariaSnapshot();
  for (const line of [
    '- group "Alt text for boats.jpg"',
    `- paragraph: ${TEXT}`,
    '- button "Accept"',
    '- button "Reject"',
  ]) {
    assert.ok(tree.includes(line), `${line} in\n${tree}`);
  }
  const ids = await show.button('Accept').getAttribute('aria-describedby');
  assert.equal(ids, 'status text confidence');
});

describe('a page', () => {
  test('styles parts, properties and states, and the hidden attribute hides', async () => {
    await show.mount(BOATS.replace('<show-tell', '<show-tell class="custom"'));
    await show.at('suggested');
    const style = (selector, name) =>
      show.page
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element)[name], name);
    assert.equal(await style('#one [part~=accept]', 'backgroundColor'), 'rgb(120, 0, 120)');
    assert.equal(await style('#one [part=panel]', 'backgroundColor'), 'rgb(250, 240, 255)');
    assert.equal(await style('#one', 'outlineColor'), 'rgb(0, 128, 0)');
    assert.equal(await style('#one', 'display'), 'block');
    await show.evaluate(() => (one.hidden = true));
    assert.equal(await style('#one', 'display'), 'none');
    await show.evaluate(() => ((one.hidden = false), (one.className = 'gone')));
    assert.equal(await style('#one', 'display'), 'none');
  });

  test('decides whether it is dark, not the device', async () => {
    await show.page.emulateMedia({ colorScheme: 'dark' });
    await show.mount(BOATS);
    await show.at('suggested');
    const ink = () => show.page.locator('#one [part=panel]').evaluate((panel) => getComputedStyle(panel).color);
    assert.equal(await ink(), 'rgb(236, 232, 225)');
    await show.evaluate(() => document.querySelector('meta[name=color-scheme]').setAttribute('content', 'light'));
    assert.equal(await ink(), 'rgb(35, 40, 43)');
    await show.page.emulateMedia({ colorScheme: 'light' });
  });

  test('is seen in forced colours, and stands still for those who want that', async () => {
    await show.evaluate(() => (played.holding = true));
    await show.mount(BOATS);
    await show.at('working');
    const dot = () =>
      show.page.locator('#one [part=status]').evaluate((line) => {
        const { animationName, backgroundColor } = getComputedStyle(line, '::before');
        return { animationName, backgroundColor };
      });
    assert.equal((await dot()).animationName, 'breathe');
    await show.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    const still = await dot();
    assert.equal(still.animationName, 'none');
    const text = await show.page.locator('#one [part=status]').evaluate((line) => getComputedStyle(line).color);
    assert.equal(still.backgroundColor, text, 'as visible as the text');
    await show.page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' });
    await show.evaluate(() => played.release());
  });

  test('needs to allow no styles beside its own', async () => {
    await show.mount(BOATS);
    await show.at('suggested');
    assert.equal(await show.evaluate(() => one.shadowRoot.querySelectorAll('style, [style], link').length), 0);
    assert.deepEqual(show.complaints, []);
  });

  test('on a server can import it, where there is no document', () => {
    const script = `const { ShowTell, ENGLISH } = await import(${JSON.stringify(`file://${process.env.SHOWTELL_PACKAGE}/element/index.js`)});
      console.log(typeof ShowTell, ENGLISH.accept);`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString();
    assert.equal(printed, 'function Accept\n');
  });
});
