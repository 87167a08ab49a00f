/**
 * What can go wrong, as classes with codes: a program asks `error.code`, a person reads
 * `error.message`. A request given up through its `AbortSignal` rejects with the signal's reason
 * instead, as `fetch` does.
 */
/** What every error of this package is. */
export class ShowtellError extends Error {
    constructor(message, options) {
        super(message, options);
        this.name = new.target.name;
    }
}
/** The captioner could not be loaded. */
export class LoadError extends ShowtellError {
    code;
    constructor(code, message, options) {
        super(message, options);
        this.code = code;
    }
}
/** A picture could not be captioned; others can. */
export class ImageError extends ShowtellError {
    code;
    constructor(code, message, options) {
        super(message, options);
        this.code = code;
    }
}
/** The captioner was disposed of, before or while it was asked. */
export class DisposedError extends ShowtellError {
    code = 'disposed';
    constructor() {
        super('this captioner has been disposed of; load another');
    }
}
