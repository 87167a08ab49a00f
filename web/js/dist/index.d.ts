/**
 * Writes sentences about pictures, on the visitor's own device.
 *
 * ```js
 * import { load } from 'showtell';
 *
 * const captioner = await load();
 * const caption = await captioner.caption(document.querySelector('img'));
 * console.log(caption.told);
 * captioner.dispose();
 * ```
 *
 * The captioner runs in a worker of its own, which is the only place where anything is computed. Its
 * weights stay in the browser's Cache Storage for the next visit. Nothing is sent anywhere.
 */
import { type BrowserImage } from './pictures.js';
import type { Captioner, LoadOptions } from './types.js';
export * from './errors.js';
export type * from './types.js';
export type { BrowserImage } from './pictures.js';
/**
 * Loads a captioner: starts its worker, fetches the bundle, makes the device ready.
 *
 * @throws LoadError where the bundle or the worker does not come, is damaged, or the device cannot be
 *   used; the signal's reason where that is aborted.
 */
export declare function load(options?: LoadOptions): Promise<Captioner<BrowserImage>>;
