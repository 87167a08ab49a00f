// A captioner that says what a test wants, when it wants. `/showtell/` is the package.

import { ImageError } from '/showtell/errors.js';
import { PERHAPS } from '/showtell/rules.js';

/** What is said of pictures that a test says nothing about. */
const USUAL = { text: 'Two boats lie in a harbour.', confidence: 0.42, calibrated: true, trust: 'plain' };

export class Played {
  device = { name: 'CPU', reason: 'played' };
  bundle = { name: 'played', size: 0 };
  /** Names of the files that it was asked about. */
  asked = [];
  /** Those of which it was asked for the words as well, where there are some. */
  worded = [];
  /** Those whose requests were given up while it was at it. */
  aborted = [];
  /** What to say, by file name. `error` is the code of an error in place of a caption. */
  answers = {};
  /** While true, nothing is answered before `release`. */
  holding = false;
  disposed = 0;
  #held = [];

  async caption(image, { signal, text } = {}) {
    const name = image.src.startsWith('data:') ? 'data' : new URL(image.src).pathname.split('/').pop();
    this.asked.push(name);
    if (text === 'auto') this.worded.push(name);
    signal?.addEventListener('abort', () => this.aborted.push(name));
    if (this.holding) await new Promise((resolve) => this.#held.push(resolve));
    signal?.throwIfAborted();
    const { error, ...answer } = { ...USUAL, ...this.answers[name] };
    if (error) throw new ImageError(error, `played: ${error}`);
    const hedged =
      answer.trust === 'doubtful'
        ? `${PERHAPS} ${answer.text.charAt(0).toLowerCase()}${answer.text.slice(1)}`
        : answer.text;
    return { hedged, told: hedged, words: [], alternatives: [], width: 1, height: 1, milliseconds: 1, ...answer };
  }

  /** Lets those go that were held. */
  release() {
    this.holding = false;
    for (const go of this.#held.splice(0)) go();
  }

  dispose() {
    this.disposed += 1;
  }
}
