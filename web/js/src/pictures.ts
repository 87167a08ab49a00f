/** From what a page has of a picture to what the worker takes. */

import { ImageError } from './errors.js';
import type { Photo, Pixels } from './link.js';
import { ended } from './page/arrival.js';

/** What can be captioned in a browser. Pictures are read when their turn comes. */
export type BrowserImage =
  | Blob
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | string
  | URL;

/**
 * Reads a picture. An `<img>` and an address give the bytes of their file where these can be had:
 * the captioner then sees them as every other program of this project does, to the last bit.
 */
export async function read(image: BrowserImage, signal: AbortSignal | undefined): Promise<Photo> {
  // By name and not by class: the picture may come from another frame.
  switch (Object.prototype.toString.call(image).slice(8, -1)) {
    case 'Blob':
    case 'File':
      return image as Blob;
    case 'ImageData':
      return image as Pixels;
    case 'ImageBitmap':
      return untainted(image as ImageBitmap);
    case 'HTMLImageElement':
      return fromElement(image as HTMLImageElement, signal);
    case 'HTMLCanvasElement':
    case 'OffscreenCanvas':
      return fromSource(image as HTMLCanvasElement | OffscreenCanvas);
    case 'String':
    case 'URL':
      return fromAddress(image as string | URL, signal);
    default:
      throw new ImageError('input', 'expected a file, an image, a canvas, pixels or an address');
  }
}

async function fromAddress(image: string | URL, signal: AbortSignal | undefined): Promise<Photo> {
  const base = globalThis.document?.baseURI ?? globalThis.location.href;
  if (!URL.canParse(image.toString(), base)) throw new ImageError('input', `${image} is no address`);
  const address = new URL(image.toString(), base);
  try {
    return await fetched(address, signal);
  } catch (error) {
    // A page may show what its policy does not let it fetch.
    if (!local(address) || typeof Image === 'undefined' || signal?.aborted) throw error;
    const element = new Image();
    element.src = address.href;
    return fromElement(element, signal);
  }
}

async function fetched(address: URL, signal: AbortSignal | undefined): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(address, { signal: signal ?? null, credentials: 'same-origin' });
  } catch (error) {
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
function local(address: URL): boolean {
  return address.protocol === 'data:' || address.protocol === 'blob:';
}

/** An address as messages name it: those with data inside go on for megabytes. */
function short(address: URL): string {
  return address.href.length > 120 ? `${address.href.slice(0, 120)}…` : address.href;
}

async function fromElement(image: HTMLImageElement, signal: AbortSignal | undefined): Promise<Photo> {
  await ended(image, signal);
  const address = image.currentSrc || image.src;
  if (!address) throw new ImageError('input', 'the <img> has no source');
  if (image.naturalWidth === 0) throw new ImageError('broken', `${short(new URL(address))} shows no picture`);
  try {
    const file = await fetched(new URL(address), signal);
    // Only the page can draw vectors.
    if (!file.type.startsWith('image/svg')) return file;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageError && error.code === 'cross-origin' && !image.crossOrigin) throw error;
  }
  return fromSource(image);
}

async function fromSource(source: HTMLImageElement | HTMLCanvasElement | OffscreenCanvas): Promise<Photo> {
  if (source.width === 0 || source.height === 0) {
    const natural = 'naturalWidth' in source && source.naturalWidth > 0 && source.naturalHeight > 0;
    if (!natural) throw new ImageError('no-pixels', 'the picture has no pixels');
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(source).catch((error: unknown) => {
      // An SVG may state no size: then the one it is shown at has to be given.
      if (!('naturalWidth' in source) || source.naturalWidth === 0) throw error;
      return createImageBitmap(source, { resizeWidth: source.naturalWidth, resizeHeight: source.naturalHeight });
    });
  } catch (error) {
    throw new ImageError('broken', 'the browser cannot draw this picture', { cause: error });
  }
  return untainted(bitmap);
}

/** A bitmap, if its pixels may be read. */
function untainted(bitmap: ImageBitmap): ImageBitmap {
  if (bitmap.width === 0 || bitmap.height === 0) throw new ImageError('no-pixels', 'the picture has no pixels');
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context?.drawImage(bitmap, 0, 0, 1, 1);
  try {
    context?.getImageData(0, 0, 1, 1);
  } catch (error) {
    throw new ImageError('cross-origin', 'its origin does not let this page read the picture', { cause: error });
  }
  return bitmap;
}
