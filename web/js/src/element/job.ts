/** One request for a suggestion, from the picture's arrival to the captioner's answer. */

import { arrived } from '../page/arrival.js';
import { ask, hear } from '../page/shared.js';
import type { Caption } from '../types.js';
import { fill } from './labels.js';
import type { Labels } from './labels.js';

/** Megabytes as people count them. */
const MB = 1e6;

/** A request. */
export class Job {
  /** Whether its turn has come. */
  begun = false;
  readonly #stop = new AbortController();

  /** `asked`: whether a person or the page wants it, in view or not. */
  constructor(public asked: boolean) {}

  get aborted(): boolean {
    return this.#stop.signal.aborted;
  }

  abort(): void {
    this.#stop.abort();
  }

  /** Asks; `text`: for the words in the picture as well. `tell` hears what is going on once the turn has come, in words. */
  async run(
    image: HTMLImageElement,
    text: boolean,
    words: () => Labels,
    tell: (line: string) => void,
  ): Promise<Caption> {
    const { signal } = this.#stop;
    const deaf = hear(({ loaded, total }) => {
      if (!this.begun || signal.aborted) return;
      const [now = '', all = ''] = [loaded, total].map((bytes) => (bytes / MB).toFixed(1));
      tell(loaded < total ? fill(words().loading, { loaded: now, total: all }) : words().working);
    });
    const begun = (): void => {
      this.begun = true;
      tell(words().working);
    };
    try {
      await arrived(image, signal);
      return await ask(image, { signal, begun, text });
    } finally {
      deaf();
    }
  }
}
