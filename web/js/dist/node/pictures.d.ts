/** From what a program has of a picture to what the worker takes. */
import type { Photo, Pixels } from '../link.js';
/** What can be captioned in Node: a path, an address, the bytes of a file, or pixels. */
export type NodeImage = string | URL | Blob | ArrayBuffer | Uint8Array | Pixels;
/** An address, unless the text is a path; a single letter before the colon names a drive. */
export declare function address(text: string | URL): URL | undefined;
/** Reads a picture: JPEG, PNG or WebP, since Node has no decoder of its own for others. */
export declare function read(image: NodeImage, signal: AbortSignal | undefined): Promise<Photo>;
