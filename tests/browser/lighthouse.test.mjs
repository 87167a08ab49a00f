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

for (const [name, config, performance] of [['desktop', desktopConfig, 0.9], ['phone', undefined, 0]]) {
  test(`on a ${name}`, async () => {
    const profile = mkdtempSync(join(tmpdir(), 'showtell-lighthouse-'));
    const chrome = await launch({
      chromePath: process.env.SHOWTELL_CHROMIUM,
      chromeFlags: ['--headless=new', '--no-sandbox', '--disable-background-networking', '--disable-component-update'],
      userDataDir: profile,
    });
    try {
      const options = { port: chrome.port, onlyCategories: Object.keys(LEAST), logLevel: 'error' };
      const { lhr } = await lighthouse(process.env.SHOWTELL_URL, options, config);
      const scores = Object.fromEntries(Object.entries(lhr.categories).map(([key, { score }]) => [key, score]));
      const metrics = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'];
      console.log(name, scores, ...metrics.map((metric) => `${metric} ${lhr.audits[metric].displayValue}`));
      const below = Object.entries({ ...LEAST, performance }).filter(([key, least]) => scores[key] < least);
      const audits = below.flatMap(([key]) =>
        lhr.categories[key].auditRefs
          .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score < 1)
          .map(({ id }) => `${id}: ${lhr.audits[id].displayValue ?? ''} ${JSON.stringify(lhr.audits[id].details?.items ?? '').slice(0, 400)}`),
      );
      assert.deepEqual(below, [], audits.join('\n'));
    } finally {
      chrome.kill();
      rmSync(profile, { recursive: true, force: true });
    }
  });
}
