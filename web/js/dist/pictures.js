/** From what a page has of a picture to what the worker takes. */
import { ImageError } from './errors.js';
import { ended } from './page/arrival.js';
/**
 * Reads a picture. An `<img>` and an address give the bytes of their file where these can be had:
 * the captioner then sees them as every other program of this project does, to the last bit.
 */
export async function read(image, signal) {
    // By name and not by class: the picture may come from another frame.
    switch (Object.prototype.toString.call(image).slice(8, -1)) {
        case 'Blob':
        case 'File':
            return image;
        case 'ImageData':
            return image;
        case 'ImageBitmap':
            return untainted(image);
        case 'HTMLImageElement':
            return fromElement(image, signal);
        case 'HTMLCanvasElement':
        case 'OffscreenCanvas':
            return fromSource(image);
        case 'String':
        case 'URL':
            return fromAddress(image, signal);
        default:
            throw new ImageError('input', 'expected a file, an image, a canvas, pixels or an address');
    }
}
async function fromAddress(image, signal) {
    const base = globalThis.document?.baseURI ?? globalThis.location.href;
    if (!URL.canParse(image.toString(), base))
        throw new ImageError('input', `${image} is no address`);
    const address = new URL(image.toString(), base);
    try {
        return await fetched(address, signal);
    }
    catch (error) {
        // A page may show what its policy does not let it fetch.
        if (!local(address) || typeof Image === 'undefined' || signal?.aborted)
            throw error;
        const element = new Image();
        element.src = address.href;
        return fromElement(element, signal);
    }
}
async function fetched(address, signal) {
    let response;
    try {
        response = await fetch(address, { signal: signal ?? null, credentials: 'same-origin' });
    }
    catch (error) {
        signal?.throwIfAborted();
        const foreign = !local(address) && address.origin !== globalThis.location.origin;
        throw foreign
            ? new ImageError('cross-origin', `${address.origin} does not let this page read its pictures`, {
                cause: error,
            })
            : new ImageError('unreachable', `${short(address)} cannot be fetched`, { cause: error });
    }
    if (!response.ok) {
        throw new ImageError('unreachable', `${short(address)}: the server answered ${response.status}`);
    }
    return response.blob();
}
/** Whether an address holds its own bytes. */
function local(address) {
    return address.protocol === 'data:' || address.protocol === 'blob:';
}
/** An address as messages name it: those with data inside go on for megabytes. */
function short(address) {
    return address.href.length > 120 ? `${address.href.slice(0, 120)}…` : address.href;
}
async function fromElement(image, signal) {
    await ended(image, signal);
    const address = image.currentSrc || image.src;
    if (!address)
        throw new ImageError('input', 'the <img> has no source');
    if (image.naturalWidth === 0)
        throw new ImageError('broken', `${short(new URL(address))} shows no picture`);
    try {
        const file = await fetched(new URL(address), signal);
        // Only the page can draw vectors.
        if (!file.type.startsWith('image/svg'))
            return file;
    }
    catch (error) {
        signal?.throwIfAborted();
        if (error instanceof ImageError && error.code === 'cross-origin' && !image.crossOrigin)
            throw error;
    }
    return fromSource(image);
}
async function fromSource(source) {
    if (source.width === 0 || source.height === 0) {
        const natural = 'naturalWidth' in source && source.naturalWidth > 0 && source.naturalHeight > 0;
        if (!natural)
            throw new ImageError('no-pixels', 'the picture has no pixels');
    }
    let bitmap;
    try {
        bitmap = await createImageBitmap(source).catch((error) => {
            // An SVG may state no size: then the one it is shown at has to be given.
            if (!('naturalWidth' in source) || source.naturalWidth === 0)
                throw error;
            return createImageBitmap(source, { resizeWidth: source.naturalWidth, resizeHeight: source.naturalHeight });
        });
    }
    catch (error) {
        throw new ImageError('broken', 'the browser cannot draw this picture', { cause: error });
    }
    return untainted(bitmap);
}
/** A bitmap, if its pixels may be read. */
function untainted(bitmap) {
    if (bitmap.width === 0 || bitmap.height === 0)
        throw new ImageError('no-pixels', 'the picture has no pixels');
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context?.drawImage(bitmap, 0, 0, 1, 1);
    try {
        context?.getImageData(0, 0, 1, 1);
    }
    catch (error) {
        throw new ImageError('cross-origin', 'its origin does not let this page read the picture', { cause: error });
    }
    return bitmap;
}
