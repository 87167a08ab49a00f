// The page's caption is the native one.

import assert from 'node:assert/strict';

/** Word for word, its log-probabilities but for rounding. */
export function assertSame(page, native, tolerance) {
  assert.equal(page.caption, native.told);
  assert.equal(page.altText, native.trust === 'unable' ? '' : native.caption);
  const candidates = [native.caption, ...native.alternatives.map((other) => other.text)];
  assert.deepEqual(page.alternatives, candidates.slice(0, 5));
  assert.deepEqual(
    page.words.map((word) => word.word),
    native.words.map((word) => word.word),
  );
  page.words.forEach((word, index) => {
    const difference = Math.abs(word.log_probability - native.words[index].log_probability);
    assert.ok(difference < tolerance, `${word.word}: ${difference}`);
  });
  // Without calibration there is no share of captions to tell.
  assert.equal(page.share, native.calibrated ? Math.round(native.confidence * 100) : null);
}
