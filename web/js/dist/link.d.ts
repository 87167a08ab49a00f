/**
 * The wire to a worker, and a captioner at this end of it: one picture after the other goes out, a
 * worker that breaks or hangs is started anew.
 */
import type { BundleAddress, Reply, Request } from './protocol.js';
import type { Captioner, LoadOptions } from './types.js';
/** What goes beside a request: a file, or pixels. */
export type Photo = Blob | ImageBitmap | Pixels;
/** Pixels as `ImageData` has them: red, green, blue, alpha, a byte each, row by row. */
export interface Pixels {
    readonly width: number;
    readonly height: number;
    readonly data: Uint8Array | Uint8ClampedArray;
}
/** A worker as far as this package uses it. */
export interface Wire {
    post(message: {
        request: Request;
        photo?: Photo;
    }): void;
    /** Whether answers are waited for: an idle worker does not keep a program running. */
    hold(busy: boolean): void;
    close(): void;
}
/** Who hears a worker. */
export interface Hearing {
    reply(reply: Reply): void;
    broken(reason: string): void;
}
/** What differs between a browser and Node. */
export interface Platform<Image> {
    open(hearing: Hearing): Wire;
    read(image: Image, signal: AbortSignal | undefined): Promise<Photo>;
    address(bundle: string | URL | undefined): BundleAddress;
}
/** Loads a captioner; see `load` of the package. */
export declare function open<Image>(platform: Platform<Image>, options?: LoadOptions): Promise<Captioner<Image>>;
