// <show-tell> in a form: what it submits, demands, forgets and remembers.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { embedded } from './embedded.mjs';

const TEXT = 'Two boats lie in a harbour.';

let site, show;
before(async () => (site = await embedded()));
after(() => site.close());
beforeEach(async () => (show = await site.open('element.html')));
afterEach(async () => {
  assert.deepEqual(show.complaints, []);
  await show.page.close();
});

/** A form with one element. */
const form = (attributes = '', image = '<img src="/photos/boats.jpg" width="200">') =>
  `<form id="form"><show-tell id="one" name="alt" ${attributes}>${image}</show-tell><button id="send">Send</button></form>`;
/** What it would submit. */
const data = () => show.evaluate(() => [...new FormData(document.getElementById('form'))]);

test('submits the alt text that stands, whoever gave it, and nothing else', async () => {
  await show.mount(form());
  await show.at('suggested');
  assert.deepEqual(await data(), []);
  assert.equal(await show.evaluate(() => one.value), null);
  await show.button('Accept').click();
  assert.deepEqual(await data(), [['alt', TEXT]]);
  await show.evaluate(() => (one.value = ''));
  assert.deepEqual(await data(), [['alt', '']], 'decorative');
  await show.evaluate(() => (one.value = null));
  assert.deepEqual(await data(), []);
  await show.evaluate(() => (one.image.alt = 'Mine'));
  await show.at('given');
  assert.deepEqual(await data(), [['alt', 'Mine']]);
  await show.evaluate(() => (one.disabled = true));
  assert.deepEqual(await data(), []);
});

test("is one of the form's elements, as others are", async () => {
  await show.mount(form());
  await show.at('suggested');
  const found = await show.evaluate(() => {
    const form = document.getElementById('form');
    return [one.form === form, form.elements.alt === one, one.type, one.name, one.willValidate].join();
  });
  assert.equal(found, 'true,true,show-tell,alt,true');
});

test('demands a decision where it is required, and leads there', async () => {
  await show.mount(form('required manual'));
  await show.at('missing');
  await show.evaluate(() => {
    window.sent = 0;
    document.getElementById('form').addEventListener('submit', (event) => (event.preventDefault(), (window.sent += 1)));
  });
  await show.page.locator('#send').click();
  assert.equal(await show.evaluate(() => sent), 0);
  assert.equal(await show.focus(), 'button suggest');
  assert.deepEqual(
    await show.evaluate(() => [
      one.checkValidity(),
      one.validity.valueMissing,
      one.matches(':invalid'),
      one.validationMessage,
    ]),
    [false, true, true, 'Give this picture an alt text, or say that it is decorative.'],
  );
  await show.button('Decorative').click();
  assert.equal(await show.evaluate(() => one.checkValidity()), true);
  await show.page.locator('#send').click();
  assert.equal(await show.evaluate(() => sent), 1);
  await show.evaluate(() => ((one.value = null), (one.required = false)));
  assert.equal(await show.evaluate(() => one.reportValidity()), true);
});

test('starts from its value, and goes back to it', async () => {
  await show.mount(form('value="From the server"'));
  await show.at('accepted');
  assert.equal(await show.alt(), 'From the server');
  assert.deepEqual(await show.asked(), []);
  await show.button('Edit').click();
  await show.page.keyboard.press('Home');
  await show.page.keyboard.type('Not ');
  await show.button('Accept').click();
  assert.deepEqual(await data(), [['alt', 'Not From the server']]);
  await show.evaluate(() => document.getElementById('form').reset());
  assert.deepEqual(await data(), [['alt', 'From the server']]);
  assert.equal(await show.evaluate(() => one.defaultValue), 'From the server');
});

test('forgets a decision when the form is reset, not the suggestion', async () => {
  await show.mount(form());
  await show.at('suggested');
  await show.evaluate(() => one.accept());
  await show.evaluate(() => document.getElementById('form').reset());
  await show.at('suggested');
  assert.equal(await show.alt(), null);
  assert.deepEqual(await show.asked(), ['boats.jpg']);
});

test('is switched off with its fieldset, in the midst of work', async () => {
  await show.evaluate(() => (played.holding = true));
  await show.mount(`<fieldset id="set"><legend>Pictures</legend>${form()}</fieldset>`);
  await show.at('working');
  await show.evaluate(() => (document.getElementById('set').disabled = true));
  await show.at('missing');
  assert.ok(await show.button('Suggest').isDisabled());
  assert.ok(await show.evaluate(() => one.matches(':disabled') && one.disabled && !one.hasAttribute('disabled')));
  await show.evaluate(() => {
    played.release();
    document.getElementById('set').disabled = false;
  });
  await show.at('suggested');
});

test('remembers what was accepted when the visitor comes back', async () => {
  const form = await site.open('form.html');
  await form.at('suggested');
  await form.evaluate(() => one.accept('Words of mine'));
  await form.page.goto(`${site.address}auto.html`);
  await form.page.goBack();
  await form.at('accepted');
  assert.equal(await form.alt(), 'Words of mine');
  assert.deepEqual(form.complaints, []);
  await form.page.close();
});
