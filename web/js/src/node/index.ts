/**
 * The same captioner in Node, on the CPU, for build steps: pictures are files, bytes or pixels.
 *
 * ```js
 * import { load } from 'showtell';
 *
 * const captioner = await load();
 * console.log((await captioner.caption('photo.jpg')).told);
 * captioner.dispose();
 * ```
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import { shipped } from '../bundle.js';
import { open } from '../captioner.js';
import type { Hearing, Platform, Program, Wire } from '../link.js';
import type { BundleAddress } from '../protocol.js';
import { shipped as reader } from '../reader.js';
import type { Captioner, LoadOptions } from '../types.js';
import { address, read, type NodeImage } from './pictures.js';

export * from '../errors.js';
export type * from '../types.js';
export type { NodeImage } from './pictures.js';

const node: Platform<NodeImage> = {
  open: start,
  read,
  address: (bundle) => (bundle === undefined ? shipped() : folder(bundle)),
  reader: async (place) => (place === undefined ? reader() : folder(place)),
};

function folder(place: string | URL): BundleAddress {
  return { Folder: (address(place) ?? pathToFileURL(resolve(place.toString()))).href };
}

function start(hearing: Hearing, program: Program): Wire {
  const file = program === 'reader' ? './reader-worker.js' : './worker.js';
  // What the program was started with may be of no use to a thread, or refused by it.
  const worker = new Worker(new URL(file, import.meta.url), { name: 'showtell', execArgv: [] });
  worker.on('message', (reply) => hearing.reply(reply));
  worker.on('error', (error) => hearing.broken(error.message));
  worker.on('exit', (code) => code !== 0 && hearing.broken(`the worker ended with code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    close: () => void worker.terminate(),
  };
}

/**
 * Loads a captioner: starts its thread, reads the bundle, which may be a folder's path.
 *
 * @throws LoadError where the bundle is not there or damaged, or `webgpu` is asked for; the signal's
 *   reason where that is aborted.
 */
export function load(options?: LoadOptions): Promise<Captioner<NodeImage>> {
  return open(node, options);
}
