/** From what a program has of a picture to what the worker takes. */
import { readFile } from 'node:fs/promises';
import { ImageError } from '../errors.js';
/** An address, unless the text is a path; a single letter before the colon names a drive. */
export function address(text) {
    if (text instanceof URL)
        return text;
    return /^[a-z][a-z0-9+.-]+:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
/** Reads a picture: JPEG, PNG or WebP, since Node has no decoder of its own for others. */
export async function read(image, signal) {
    if (typeof image === 'string' || image instanceof URL) {
        const place = address(image) ?? image;
        return place instanceof URL && place.protocol !== 'file:' ? fetched(place, signal) : onDisk(place, signal);
    }
    if (image instanceof Blob)
        return image;
    if (image instanceof ArrayBuffer || image instanceof Uint8Array)
        return new Blob([image]);
    if (typeof image === 'object' && image !== null && 'data' in image && 'width' in image)
        return image;
    throw new ImageError('input', 'expected a path, an address, bytes or pixels');
}
async function onDisk(path, signal) {
    try {
        return new Blob([await readFile(path, signal ? { signal } : {})]);
    }
    catch (error) {
        signal?.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        throw new ImageError('unreachable', reason, { cause: error });
    }
}
async function fetched(place, signal) {
    let response;
    try {
        response = await fetch(place, signal ? { signal } : {});
    }
    catch (error) {
        signal?.throwIfAborted();
        throw new ImageError('unreachable', `${place.href.slice(0, 120)} cannot be fetched`, { cause: error });
    }
    if (!response.ok)
        throw new ImageError('unreachable', `${place}: the server answered ${response.status}`);
    return response.blob();
}
