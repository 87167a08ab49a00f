// Modules of the package, for tests of what needs neither a browser nor the worker's program.

import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The package as it was built last, or as `npm test` in `web/js` compiles it. */
const PACKAGE = process.env.SHOWTELL_PACKAGE ?? fileURLToPath(new URL('../../web/js/dist', import.meta.url));

/** A module of the package by its file. */
export function part(file) {
  return import(pathToFileURL(resolve(PACKAGE, file)));
}
