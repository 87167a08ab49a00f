/** The worker of Node. */

import './scope.js';

import { readFile } from 'node:fs/promises';

import { initSync } from '../wasm/captioner.js';

initSync({ module: await readFile(new URL('../wasm/captioner_bg.wasm', import.meta.url)) });
