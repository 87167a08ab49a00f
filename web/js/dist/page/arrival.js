/** The file behind an `<img>`: whether it is there yet, whether it changed, and its name. */
import { ImageError } from '../errors.js';
/** Settles once the browser has loaded an image's file, or failed to. Rejects with the signal's reason. */
export async function ended(image, signal) {
    if (image.complete)
        return;
    await new Promise((resolve, reject) => {
        const over = new AbortController();
        const listen = { signal: over.signal };
        const end = () => {
            over.abort();
            resolve();
        };
        image.addEventListener('load', end, listen);
        image.addEventListener('error', end, listen);
        signal?.addEventListener('abort', () => (over.abort(), reject(signal.reason)), listen);
    });
}
/** Settles once the browser has an image's file. Rejects where that is broken, or with the signal's reason. */
export async function arrived(image, signal) {
    signal.throwIfAborted();
    await ended(image, signal);
    if (image.naturalWidth > 0)
        return;
    try {
        // An SVG without a size of its own has no natural width either, and is sound.
        await image.decode();
    }
    catch (cause) {
        throw new ImageError('broken', 'the browser cannot show this picture: check its address and its file', { cause });
    }
}
/**
 * What an image's file is chosen from. Compared rather than the address in use, which changes with
 * the width of the window.
 */
export function origin(image) {
    const picture = image.parentElement?.localName === 'picture' ? image.parentElement : null;
    const sources = picture ? [...picture.querySelectorAll('source')] : [];
    return [...sources, image].flatMap((element) => [element.getAttribute('src'), element.getAttribute('srcset')]);
}
/** Whether two images, or one at two times, are chosen from the same files. */
export function same(one, other) {
    return one.length === other.length && one.every((address, index) => address === other[index]);
}
/** The file's name, for people; nothing for data that has none. */
export function fileName(image) {
    const address = image.currentSrc || image.src;
    if (!/^(https?|file):/i.test(address.slice(0, 6)))
        return undefined;
    const name = new URL(address).pathname.split('/').pop();
    try {
        return name ? decodeURIComponent(name) : undefined;
    }
    catch {
        // No UTF-8 behind the percent signs.
        return name;
    }
}
