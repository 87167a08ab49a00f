/**
 * What can go wrong, as classes with codes: a program asks `error.code`, a person reads
 * `error.message`. A request given up through its `AbortSignal` rejects with the signal's reason
 * instead, as `fetch` does.
 */
/** What every error of this package is. */
export declare abstract class ShowtellError extends Error {
    /** Which error this is, for programs. Codes stay the same between versions. */
    abstract readonly code: string;
    constructor(message: string, options?: ErrorOptions);
}
/** Why a captioner could not be loaded. */
export type LoadErrorCode = 
/** A file of the bundle, or the worker's program, did not come. */
'unreachable'
/** What came is no sound bundle of a known version. */
 | 'damaged'
/** The device that was asked for cannot be used. */
 | 'device';
/** The captioner could not be loaded. */
export declare class LoadError extends ShowtellError {
    readonly code: LoadErrorCode;
    constructor(code: LoadErrorCode, message: string, options?: ErrorOptions);
}
/** Why a picture has no caption. */
export type ImageErrorCode = 
/** No bytes at all. */
'empty'
/** In no format that the captioner or the browser knows. */
 | 'format'
/** Truncated or corrupt, or an `<img>` that is broken. */
 | 'broken'
/** Width or height is nothing. */
 | 'no-pixels'
/** More pixels than can be held. */
 | 'too-large'
/** Of another origin that does not allow its pixels to be read. */
 | 'cross-origin'
/** The file or address does not give any bytes. */
 | 'unreachable'
/** Not a picture at all, but some other value. */
 | 'input'
/** The captioner broke or hung over it, twice. Others can still be captioned. */
 | 'crashed';
/** A picture could not be captioned; others can. */
export declare class ImageError extends ShowtellError {
    readonly code: ImageErrorCode;
    constructor(code: ImageErrorCode, message: string, options?: ErrorOptions);
}
/** The captioner was disposed of, before or while it was asked. */
export declare class DisposedError extends ShowtellError {
    readonly code = "disposed";
    constructor();
}
