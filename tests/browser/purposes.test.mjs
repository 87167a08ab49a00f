// What an image is for, by the list that the command line is held to as well.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { embedded } from './embedded.mjs';

let site, show;
before(async () => {
  site = await embedded();
  show = await site.open('auto.html');
});
after(() => site?.close());

test('the package sees in a page what the command line sees in its file', async () => {
  const list = JSON.parse(await readFile(new URL('../data/purposes.json', import.meta.url), 'utf8'));
  assert.ok(list.length > 30);
  const seen = await show.evaluate(async (list) => {
    const { purpose } = await import('/showtell/page/purpose.js');
    // Not in the page itself, where pictures would be fetched.
    const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');
    return list.map(({ html }) => ({ purpose: purpose(parsed(html).querySelector('[src="a"]')), html }));
  }, list);
  assert.deepEqual(seen, list);
});
