/** What is going on while a suggestion is awaited, in words. */

import { hear } from '../page/shared.js';
import { fill } from './labels.js';
import type { Labels } from './labels.js';

/** Megabytes as people count them. */
const MB = 1e6;

/** Tells how much of the captioner is here, until the returned function is called. */
export function progress(words: () => Labels, tell: (line: string) => void): () => void {
  return hear(({ loaded, total }) => {
    const [now = '', all = ''] = [loaded, total].map((bytes) => (bytes / MB).toFixed(1));
    tell(loaded < total ? fill(words().loading, { loaded: now, total: all }) : words().working);
  });
}
