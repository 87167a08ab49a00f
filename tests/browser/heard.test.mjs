// For those who do not see the page, or not as others do: quiet while they write, the right voice for each language,
// the focus never lost; and for those who hold a phone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PHOTOS } from './native.mjs';
import { browser, Showtell } from './page.mjs';

let chromium, showtell;
before(async () => {
  chromium = await browser();
  showtell = await Showtell.open(chromium.context);
  await showtell.ready();
});
after(() => chromium.close());

const field = () => showtell.find('alt-text');
const onBody = () => showtell.page.evaluate(() => document.activeElement === document.body);

describe('heard', () => {
  test('the focus stays somewhere when what held it goes', async () => {
    const gone = async (what) => {
      await showtell.page.waitForFunction(() => document.activeElement !== document.body, null, { timeout: 5000 });
      assert.ok(!(await onBody()), what);
    };
    await showtell.find('samples').getByRole('button').first().focus();
    await showtell.page.keyboard.press('Enter');
    await showtell.items('done').first().waitFor();
    await gone('a sample');
    await showtell.choose(PHOTOS + 'chelsea.jpg', PHOTOS + 'coffee.jpg', PHOTOS + 'rocket.jpg');
    await showtell.find('queue-stop').focus();
    await showtell.through(4);
    await gone('Stop');
    await showtell.find('queue-clear').focus();
    await showtell.page.keyboard.press('Enter');
    await gone('Remove all');
    await showtell.find('undo').focus();
    await showtell.page.keyboard.press('Enter');
    await showtell.items().nth(3).waitFor();
    await gone('Undo');
  });

  test('nothing is said at each key, and remarks after a pause', async () => {
    await showtell.items().first().locator('.pick').click();
    assert.equal(await showtell.page.locator('[aria-live] .count, [role=status] .count').count(), 0);
    const heard = showtell.find('remarks-heard');
    await field().fill('');
    await field().pressSequentially('image of a dog', { delay: 20 });
    assert.equal(await heard.innerText(), '');
    await heard.getByText('can go').waitFor();
    await field().fill('A');
    assert.match(await showtell.page.locator('.count').innerText(), /^One character$/);
  });

  test('English words have an English voice in a German page, and those of the visitor a German one', async () => {
    await showtell.items().nth(1).locator('.pick').click();
    await showtell.find('settings').click();
    await showtell.find('language').selectOption('de');
    await showtell.page.keyboard.press('Escape');
    const english = await showtell.find('caption').locator('[lang=en]').innerText();
    assert.ok(english.length > 5);
    assert.equal(await showtell.find('caption').getAttribute('lang'), null);
    assert.equal(await field().getAttribute('lang'), 'en');
    assert.equal(await showtell.find('photo').getAttribute('lang'), 'en');
    assert.match(await showtell.page.locator('.confidence').innerText(), /^Sicherheit:.*\d,\d/s);
    assert.equal(await showtell.page.title(), 'Showtell: Alternativtexte für Ihre Fotos');
    await field().fill('Eine Katze.');
    assert.equal(await field().getAttribute('lang'), null);
    // Back again all of it.
    await showtell.find('settings').click();
    await showtell.find('language').selectOption('en');
    await showtell.page.keyboard.press('Escape');
    assert.match(await showtell.page.locator('.confidence').innerText(), /^Confidence:.*\d\.\d/s);
  });

  test('what was copied is said', async () => {
    await chromium.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await showtell.find('copy').click();
    await showtell.heard('Copied');
  });

  test('in forced colours the photo shown and the text taken have a mark', async () => {
    await showtell.page.emulateMedia({ forcedColors: 'active' });
    for (const selector of ['.strip [aria-current]', '[aria-pressed=true]']) {
      if (selector.includes('pressed')) await showtell.find('alternatives').getByRole('button').first().click();
      const outline = await showtell.page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).outlineStyle);
      assert.equal(outline, 'solid', selector);
    }
    await showtell.page.emulateMedia({ forcedColors: 'none' });
  });
});

describe('on a phone', () => {
  test('the sentence is on the first screen, right below its photo', async () => {
    await showtell.page.setViewportSize({ width: 360, height: 740 });
    for (let place = 0; place < 4; place += 1) {
      await showtell.items().nth(place).locator('.pick').click();
      await showtell.page.evaluate(() => scrollTo(0, 0));
      const box = await showtell.find('caption').boundingBox();
      assert.ok(box.y + box.height < 740, `photo ${place + 1}: the sentence ends at ${box.y + box.height}`);
    }
    await showtell.page.setViewportSize({ width: 1200, height: 800 });
  });
});

test('who writes is not interrupted by a photo that comes', async () => {
  await field().fill('A text in the making');
  await field().focus();
  await showtell.choose(PHOTOS + 'astronaut.jpg');
  await showtell.items().nth(4).waitFor();
  assert.equal(await field().inputValue(), 'A text in the making');
  assert.equal(await showtell.page.evaluate(() => document.activeElement.id), 'alt-text');
  assert.deepEqual(showtell.complaints, []);
});
