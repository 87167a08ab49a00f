/** The worker of Node that reads words. */

import './scope.js';

import { readFile } from 'node:fs/promises';

import { initSync } from '../wasm/reader.js';

initSync({ module: await readFile(new URL('../wasm/reader_bg.wasm', import.meta.url)) });
