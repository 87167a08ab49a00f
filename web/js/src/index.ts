/**
 * Writes sentences about pictures, on the visitor's own device.
 *
 * ```js
 * import { load } from 'showtell';
 *
 * const captioner = await load();
 * const caption = await captioner.caption(document.querySelector('img'));
 * console.log(caption.hedged);
 * captioner.dispose();
 * ```
 *
 * The captioner runs in a worker of its own, which is the only place where anything is computed. Its
 * weights stay in the browser's Cache Storage for the next visit. Nothing is sent anywhere.
 */

import { shipped } from './bundle.js';
import { open } from './captioner.js';
import type { Hearing, Platform, Program, Wire } from './link.js';
import { read, type BrowserImage } from './pictures.js';
import type { BundleAddress } from './protocol.js';
import type { Captioner, LoadOptions } from './types.js';

export * from './errors.js';
export type * from './types.js';
export type { BrowserImage } from './pictures.js';

const browser: Platform<BrowserImage> = {
  open: start,
  read,
  address: (bundle) => (bundle === undefined ? shipped() : folder(bundle)),
  // Not before it is needed: bundlers make a file of its own of it.
  reader: async (address) => (address === undefined ? (await import('./reader.js')).shipped() : folder(address)),
};

function folder(address: string | URL): BundleAddress {
  return { Folder: new URL(address, globalThis.document?.baseURI ?? globalThis.location.href).href };
}

function start(hearing: Hearing, program: Program): Wire {
  // Each written as bundlers look for it.
  const worker =
    program === 'reader'
      ? new Worker(new URL('./reader-worker.js', import.meta.url), { type: 'module', name: 'showtell reader' })
      : new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'showtell' });
  worker.onmessage = (event) => hearing.reply(event.data);
  worker.onmessageerror = () => hearing.broken('the worker said something that cannot be read');
  worker.onerror = (event) => hearing.broken(event.message ?? 'the worker cannot be started');
  return {
    post: (message) => worker.postMessage(message),
    hold: () => {},
    close: () => worker.terminate(),
  };
}

/**
 * Loads a captioner: starts its worker, fetches the bundle, makes the device ready.
 *
 * @throws LoadError where the bundle or the worker does not come, is damaged, or the device cannot be
 *   used; the signal's reason where that is aborted.
 */
export function load(options?: LoadOptions): Promise<Captioner<BrowserImage>> {
  return open(browser, options);
}
