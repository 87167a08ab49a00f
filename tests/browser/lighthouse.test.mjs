// Lighthouse's judgement of a first visit: accessibility, best practices, performance.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

/** The phone's performance is printed only: Lighthouse reckons it for a slow network and a slow processor. */
const LEAST = { accessibility: 1, 'best-practices': 1, performance: 0 };

/** A busy machine may be slow, or paint nothing in the time that Lighthouse waits: the page is not to blame. */
const VISITS = 3;

/** What Lighthouse finds in a browser that was never here. */
async function visit(config) {
  const profile = mkdtempSync(join(tmpdir(), 'showtell-lighthouse-'));
  const chrome = await launch({
    chromePath: process.env.SHOWTELL_CHROMIUM,
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    userDataDir: profile,
  });
  try {
    const options = { port: chrome.port, onlyCategories: Object.keys(LEAST), logLevel: 'error' };
    return (await lighthouse(process.env.SHOWTELL_URL, options, config)).lhr;
  } finally {
    chrome.kill();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Why audits have no result; a low score is one. */
function unmeasured(lhr) {
  const failed = Object.values(lhr.audits).filter(({ scoreDisplayMode }) => scoreDisplayMode === 'error');
  return [...new Set(failed.map(({ errorMessage }) => errorMessage))];
}

for (const [name, config, performance] of [
  ['desktop', desktopConfig, 0.9],
  ['phone', undefined, 0],
]) {
  test(`on a ${name}`, async () => {
    let lhr;
    for (let visits = 0; visits < VISITS; visits += 1) {
      lhr = await visit(config);
      const failed = unmeasured(lhr);
      if (failed.length === 0 && lhr.categories.performance.score >= performance) break;
      console.log(name, `visit ${visits + 1}:`, lhr.categories.performance.score, ...failed);
    }
    assert.deepEqual(unmeasured(lhr), [], `not measured in ${VISITS} visits`);
    const scores = Object.fromEntries(Object.entries(lhr.categories).map(([key, { score }]) => [key, score]));
    const metrics = [
      'first-contentful-paint',
      'largest-contentful-paint',
      'total-blocking-time',
      'cumulative-layout-shift',
    ];
    console.log(name, scores, ...metrics.map((metric) => `${metric} ${lhr.audits[metric].displayValue}`));
    const below = Object.entries({ ...LEAST, performance }).filter(([key, least]) => scores[key] < least);
    const audits = below.flatMap(([key]) =>
      lhr.categories[key].auditRefs
        .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score < 1)
        .map(
          ({ id }) =>
            `${id}: ${lhr.audits[id].displayValue ?? ''} ${JSON.stringify(lhr.audits[id].details?.items ?? '').slice(0, 400)}`,
        ),
    );
    assert.deepEqual(below, [], audits.join('\n'));
  });
}
