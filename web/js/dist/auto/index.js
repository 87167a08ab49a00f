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
import { Run } from './run.js';
export { useCaptioner } from '../page/shared.js';
/**
 * Gives every image under `root` that has no alt text one. Left alone: what an author has named or
 * called decorative, what links and controls are named by, what is tiny or hidden, and what the captioner
 * cannot describe. Nothing is computed before an image is in view. Shadow trees under `root` are not
 * entered: give one as `root`.
 */
export function autoAlt(root = document, options = {}) {
    const { prefix = '', inView = true, minSize = 24, minConfidence = 0, limit = Infinity, watch = false, signal, } = options;
    const { filter: wanted = () => true, onResult = () => undefined } = options;
    const filter = (image) => {
        try {
            return wanted(image);
        }
        catch (error) {
            // The page's mistake concerns this image, not the others.
            reportError(error);
            return false;
        }
    };
    return new Run(root, { prefix, inView, minSize, minConfidence, limit, watch, filter, onResult }, signal);
}
