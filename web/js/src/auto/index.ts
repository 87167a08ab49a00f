/**
 * Fills the missing alt texts of a page that nobody can edit. Every text is marked as written by a
 * machine, and can be taken back.
 *
 * ```js
 * import { autoAlt } from 'showtell/auto';
 *
 * const run = autoAlt(document.body, { prefix: 'May show: ', watch: true });
 * console.table((await run.done).reasons);
 * ```
 */

import type { Entry } from './report.js';
import { Run } from './run.js';

export type { Entry, Reason, Report } from './report.js';
export type { Run } from './run.js';
export { useCaptioner } from '../page/shared.js';
export type { Source } from '../page/shared.js';

/** How `autoAlt` goes about it. */
export interface AutoOptions {
  /**
   * Stands before every text, such as `May show: `. Without it, only what the captioner doubts, or cannot
   * tell how far to doubt (`calibrated` is `false`), begins with "Perhaps".
   */
  prefix?: string;
  /** Whether images wait until they are in view, by default `true`. Those that are come first. */
  inView?: boolean;
  /** The shortest side, in CSS pixels, of an image that is worth a text, by default 24. */
  minSize?: number;
  /** The most images to ask the captioner about, by default all. */
  limit?: number;
  /**
   * The least confidence, 0 to 1, with which an image is filled, by default 0. `onResult` hears of the
   * others, which are for a person. A confidence that is not `calibrated` is never enough, unless this is 0.
   */
  minConfidence?: number;
  /** Whether images that come later, or change, are seen to as well, until the run is stopped. */
  watch?: boolean;
  /**
   * Whether the words are read of images that seem to hold some, and told where they are few, sure and large; by
   * default not. The reader is fetched with the first such image.
   */
  text?: boolean;
  /** Has the last word on an image that would be filled. */
  filter?: (image: HTMLImageElement) => boolean;
  /** Hears what became of each image. */
  onResult?: (entry: Entry) => void;
  /** Stops the run. */
  signal?: AbortSignal;
}

/**
 * Gives every image under `root` that has no alt text one. Left alone: what an author has named or
 * called decorative, what links and controls are named by, what is tiny or hidden, and what the captioner
 * cannot describe. Nothing is computed before an image is in view. Shadow trees under `root` are not
 * entered: give one as `root`.
 */
export function autoAlt(root: ParentNode & Node = document, options: AutoOptions = {}): Run {
  const {
    prefix = '',
    inView = true,
    minSize = 24,
    minConfidence = 0,
    limit = Infinity,
    watch = false,
    text = false,
    signal,
  } = options;
  const { filter: wanted = () => true, onResult = () => undefined } = options;
  const filter = (image: HTMLImageElement): boolean => {
    try {
      return wanted(image);
    } catch (error) {
      // The page's mistake concerns this image, not the others.
      reportError(error);
      return false;
    }
  };
  return new Run(root, { prefix, inView, minSize, minConfidence, limit, watch, text, filter, onResult }, signal);
}
