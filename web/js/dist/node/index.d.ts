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
import type { Captioner, LoadOptions } from '../types.js';
import { type NodeImage } from './pictures.js';
export * from '../errors.js';
export type * from '../types.js';
export type { NodeImage } from './pictures.js';
/**
 * Loads a captioner: starts its thread, reads the bundle, which may be a folder's path.
 *
 * @throws LoadError where the bundle is not there or damaged, or `webgpu` is asked for; the signal's
 *   reason where that is aborted.
 */
export declare function load(options?: LoadOptions): Promise<Captioner<NodeImage>>;
