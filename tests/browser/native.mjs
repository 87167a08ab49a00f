// What the command line says about a photo: the page must say the same.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PHOTOS = fileURLToPath(new URL('../../assets/photos/', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../assets/showtell-flickr8k/', import.meta.url));

export function nativeCaption(path) {
  const output = execFileSync(process.env.SHOWTELL_CLI, ['caption', '--json', '--bundle', BUNDLE, path]);
  return JSON.parse(output.toString());
}
