/** The program of the worker that reads words, as wasm-bindgen wraps it; it runs as soon as it is there. */

/** Starts it, fetched from beside this module. */
export default function init(): Promise<unknown>;

/** Starts it from its bytes. */
export function initSync(options: { module: BufferSource }): unknown;
