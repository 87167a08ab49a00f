/** Which images are left alone, before anything is computed. */
import { purpose } from '../page/purpose.js';
/** Why an image is to be left alone; nothing where it may be filled. */
export function refusal(image, { minSize, filter }) {
    if (image.closest('show-tell'))
        return 'element';
    const found = purpose(image);
    if (found === 'given' && image.dataset['altSource']?.startsWith('showtell'))
        return 'earlier';
    if (found !== 'open')
        return found;
    if (!(image instanceof HTMLImageElement))
        return 'functional';
    if (tiny(image, minSize))
        return 'tiny';
    // What is not in a document is not drawn either, and may be prepared for being put there.
    if (image.isConnected && !image.checkVisibility({ visibilityProperty: true }))
        return 'hidden';
    return filter(image) ? undefined : 'filtered';
}
/** Judged by what the page says, and by the file and its place once they are there. */
function tiny(image, minSize) {
    const declared = ['width', 'height'].map((name) => Number.parseInt(image.getAttribute(name) ?? '', 10));
    if (declared.some((side) => side < minSize))
        return true;
    if (!image.complete || image.naturalWidth === 0)
        return false;
    if (Math.min(image.naturalWidth, image.naturalHeight) < minSize)
        return true;
    if (!image.isConnected || !image.checkVisibility())
        return false;
    const { width, height } = image.getBoundingClientRect();
    return Math.min(width, height) < minSize;
}
