// The page's caption is the native one.

import assert from 'node:assert/strict';

/** Word for word, its log-probabilities but for rounding. */
export function assertSame(page, native, tolerance) {
  assert.equal(page.caption, native.told);
  assert.equal(page.altText, native.trust === 'unable' ? '' : native.caption);
  // In the same order, without those that say the same as one before.
  const candidates = [native.caption, ...native.alternatives.map((other) => other.text)];
  assert.equal(page.alternatives[0], native.caption);
  assert.ok(page.alternatives.length <= 5);
  const places = page.alternatives.map((text) => candidates.indexOf(text));
  assert.ok(
    places.every((place, index) => place > (places[index - 1] ?? -1)),
    `${page.alternatives}`,
  );
  assert.deepEqual(
    page.words.map((word) => word.word),
    native.words.map((word) => word.word),
  );
  page.words.forEach((word, index) => {
    const difference = Math.abs(word.log_probability - native.words[index].log_probability);
    assert.ok(difference < tolerance, `${word.word}: ${difference}`);
  });
  // A share is told where it was measured, and says the same as the words.
  if (page.share !== null) {
    assert.ok(native.calibrated);
    assert.equal(page.share, Math.round(native.confidence * 100));
  }
  if (native.calibrated && native.trust === 'plain') assert.notEqual(page.share, null);
  if (native.trust === 'unable') assert.equal(page.share, null);
}
