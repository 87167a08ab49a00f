// Everybody can use it: axe-core on every state in both themes, from a phone to a wide screen, with
// the keyboard alone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { wrongs } from './axe.mjs';
import { browser, Showtell } from './page.mjs';
import { PHOTOS } from './native.mjs';

/** Width and height: a small phone, a desk, a wall. */
const SCREENS = [
  [320, 640],
  [1200, 800],
  [3840, 2160],
];

let chromium, showtell;
before(async () => {
  chromium = await browser({ reducedMotion: 'reduce' });
  showtell = await Showtell.open(chromium.context);
});
after(() => chromium.close());

/** Looks at a state in both themes and at every width. */
async function look(state) {
  const { page } = showtell;
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const [width, height] of SCREENS) {
      await page.setViewportSize({ width, height });
      assert.deepEqual(await wrongs(page), [], `${state}, ${colorScheme}, ${width} px`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${state}, ${width} px: ${over} px too wide`);
    }
  }
  await page.setViewportSize({ width: 1200, height: 800 });
}

describe('nothing to complain about', () => {
  test('while loading', () => look('loading'));

  test('on an empty desk', async () => {
    await showtell.ready();
    await look('empty');
  });

  test('with a caption, a tree and a queue', async () => {
    await showtell.choose(PHOTOS + 'boats.jpg', PHOTOS + 'chelsea.jpg', PHOTOS + 'coffee.jpg');
    await showtell.through(3);
    await showtell.find('tree').locator('summary').click();
    await showtell.find('tree').locator('.best').first().waitFor();
    await look('caption');
  });

  test('with a word pointed at', async () => {
    await showtell.page.locator('[data-log-probability]').nth(1).focus();
    await showtell.find('attention').waitFor();
    await look('attention');
  });

  test('with a decorative image and with remarks', async () => {
    await showtell.find('alt-text').fill('image');
    await look('remarks');
    await showtell.find('purpose').getByRole('radio').nth(1).check();
    await look('decorative');
  });

  test('with a photo that failed and a notice', async () => {
    await showtell.drop('empty.jpg', 'image/jpeg', Buffer.alloc(0));
    await showtell.shown('refused').waitFor();
    await showtell.page.locator('details.address summary').click();
    await showtell.find('address').fill('https://example.org/a.jpg');
    await showtell.find('address-add').click();
    await showtell.find('notice').waitFor();
    await look('refused');
  });

  test('in the settings and before the camera', async () => {
    await showtell.find('settings').click();
    await showtell.find('sampling').check();
    await look('settings');
    await showtell.find('reset').click();
    await showtell.find('settings-close').click();
    await showtell.find('camera').click();
    await look('camera');
    await showtell.page.keyboard.press('Escape');
  });

  test('in German', async () => {
    await showtell.find('settings').click();
    await showtell.find('language').selectOption('de');
    await look('German');
    await showtell.find('language').selectOption('en');
    await showtell.find('settings-close').click();
  });

  test('where it cannot be loaded', async () => {
    const before = showtell;
    showtell = await Showtell.open(chromium.context, '?bundle=nowhere&device=cpu');
    await showtell.find('error').waitFor();
    await look('failed');
    await showtell.page.close();
    showtell = before;
  });
});

describe('the keyboard alone', () => {
  test('takes a sample, edits, chooses and copies', async () => {
    await showtell.find('queue-clear').click();
    const { page } = showtell;
    await page.evaluate(() => document.activeElement.blur());
    /** Presses Tab until the focus is on what a test id or a selector names. */
    const reach = async (selector) => {
      for (let press = 0; press < 80; press += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      }
      assert.fail(`${selector} is not reached`);
    };
    await reach('[data-testid=samples] button');
    await page.keyboard.press('Enter');
    await showtell.suggestion();
    await reach('[data-log-probability]');
    await showtell.find('attention').waitFor();
    await reach('input[name=purpose]');
    await page.keyboard.press('ArrowRight');
    assert.ok(await showtell.find('alt-text').isDisabled());
    await page.keyboard.press('ArrowLeft');
    await reach('[data-testid=alt-text]');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Boats.');
    await chromium.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await reach('[data-testid=copy]');
    await page.keyboard.press('Enter');
    await showtell.find('copy').getByText('Copied').waitFor();
    await reach('[data-testid=alternatives] button');
    await page.keyboard.press('Enter');
    assert.notEqual(await showtell.find('alt-text').inputValue(), 'Boats.');
    await reach('.pick');
    await page.keyboard.press('Delete');
    assert.equal(await showtell.items().count(), 0);
    // The focus is still on something that can be used.
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'file-input');
  });
});

test('what screen readers are given is written down', async () => {
  await showtell.choose(PHOTOS + 'boats.jpg');
  await showtell.suggestion();
  const tree = await showtell.page.locator('body').ariaSnapshot();
  for (const line of [
    '- heading "Showtell" [level=1]',
    '- region "Photo"',
    '- region "Suggestion"',
    '- group "What is the image for?"',
    '- textbox "Alt text, yours to edit"',
    '- region "Photos"',
    '- button "boats.jpg, suggested"',
    '- button "Remove boats.jpg"',
    '- contentinfo',
  ]) {
    assert.ok(tree.includes(line), `${line} in\n${tree}`);
  }
});
