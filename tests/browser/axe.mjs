// What axe-core finds wrong with a page.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe-core finds wrong, in a line each. `least` rules have to have found something to look at. */
export async function wrongs(page, least = 10) {
  await page.evaluate(AXE);
  const found = await page.evaluate((values) => axe.run({ runOnly: { type: 'tag', values } }), RULES);
  assert.ok(found.passes.length > least, 'axe-core ran');
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html}: ${node.failureSummary}`),
  );
}
