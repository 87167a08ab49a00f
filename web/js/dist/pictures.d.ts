/** From what a page has of a picture to what the worker takes. */
import type { Photo } from './link.js';
/** What can be captioned in a browser. Pictures are read when their turn comes. */
export type BrowserImage = Blob | ImageBitmap | ImageData | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas | string | URL;
/**
 * Reads a picture. An `<img>` and an address give the bytes of their file where these can be had:
 * the captioner then sees them as every other program of this project does, to the last bit.
 */
export declare function read(image: BrowserImage, signal: AbortSignal | undefined): Promise<Photo>;
