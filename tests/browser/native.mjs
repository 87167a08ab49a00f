// What the command line says about a photo: the page must say the same.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PHOTOS = fileURLToPath(new URL('../../assets/photos/', import.meta.url));
export const BUNDLE = fileURLToPath(new URL('../../assets/showtell-everyday/', import.meta.url));

/** Runs the command line and returns what it prints. */
export function showtell(options) {
  return execFileSync(process.env.SHOWTELL_CLI, options, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

const folder = (path) => fileURLToPath(new URL(`../../${path}/`, import.meta.url));
export const READER = folder('assets/reader');
/** Pictures that may be shown, and those drawn for tests. */
export const PICTURES = { docs: folder('docs/pictures'), data: folder('tests/data') };

/** What it says of a photo; `text`: with the words in it. */
export function nativeCaption(path, bundle = BUNDLE, text = false) {
  const words = text ? ['--text', '--reader', READER] : [];
  return JSON.parse(showtell(['caption', '--json', '--bundle', bundle, ...words, path]));
}

/** The words that it reads in a picture. */
export function nativeReading(path) {
  return JSON.parse(showtell(['read', '--json', '--reader', READER, path]));
}
