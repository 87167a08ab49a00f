// What the command line says about a photo: the page must say the same.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PHOTOS = fileURLToPath(new URL('../../assets/photos/', import.meta.url));
export const BUNDLE = fileURLToPath(new URL('../../assets/showtell-everyday/', import.meta.url));

/** Runs the command line and returns what it prints. */
export function showtell(options) {
  return execFileSync(process.env.SHOWTELL_CLI, options, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

export function nativeCaption(path, bundle = BUNDLE) {
  return JSON.parse(showtell(['caption', '--json', '--bundle', bundle, path]));
}
