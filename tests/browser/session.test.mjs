// The package's session with its worker does what the page's does: both are held to one transcript. Needs no
// browser and no captioner: `npm test` in `web/js` runs it as well.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { part } from './parts.mjs';

const { Session, heard } = await part('session.js');
const { replies, scenes } = JSON.parse(await readFile(new URL('../data/session.json', import.meta.url), 'utf8'));

for (const { name, steps } of scenes) {
  test(name, () => {
    const session = new Session();
    for (const [place, [event, effects]] of steps.entries()) {
      assert.deepEqual(session.on(event), effects, `step ${place}, ${JSON.stringify(event)}`);
    }
  });
}

test('every reply is an event', () => {
  assert.ok(replies.length > 8);
  for (const [reply, event] of replies) assert.deepEqual(heard(reply), event);
});
