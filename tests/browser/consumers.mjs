// Fresh folders with the packed package installed, as a stranger would have them.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PHOTOS } from './native.mjs';

/** The folder that `cargo xtask package` prints. */
export const PACKAGE = process.env.SHOWTELL_PACKAGE;

const HERE = fileURLToPath(new URL('./consumers/', import.meta.url));
const npm = (folder, ...words) =>
  execFileSync('npm', [...words, '--no-audit', '--no-fund', '--offline'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();

/** Packs the package once; `install(name)` makes a folder with the program of that name. */
export function consumers() {
  const root = mkdtempSync(join(tmpdir(), 'showtell-consumers-'));
  const packed = npm(PACKAGE, 'pack', '--pack-destination', root).trim().split('\n').at(-1);
  return {
    install(name, folder = name) {
      const to = join(root, folder);
      cpSync(join(HERE, name), to, { recursive: true });
      cpSync(PHOTOS + 'boats.jpg', join(to, 'photo.jpg'));
      writeFileSync(join(to, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
      npm(to, 'install', join(root, packed));
      return to;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
