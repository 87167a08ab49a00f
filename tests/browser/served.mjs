// A server for pages that embed the package, with the strictest policy that lets it work.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** What a page has to allow: its own scripts and workers, and that WebAssembly is compiled. */
export const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
  "img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

const TYPES = {
  '.css': 'text/css',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Serves folders by the beginning of the path, the first that fits: `{ '/showtell/': FOLDER, '/': FOLDER }`.
 * In place of a folder stands a function for what is made up: `(request, response) => ...`.
 */
export async function serve(mounts, { policy = STRICT, headers = {} } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const [start, mount] = Object.entries(mounts).find(([start]) => path.startsWith(start)) ?? [];
    if (policy) response.setHeader('Content-Security-Policy', policy);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // Asked for by browsers, whatever the page says.
    if (path === '/favicon.ico') return void response.writeHead(204).end();
    if (typeof mount === 'function') return void mount(request, response);
    try {
      const inside = normalize(path.slice(start.length - 1));
      const file = join(mount, inside.endsWith('/') ? `${inside}index.html` : inside);
      const bytes = await readFile(file);
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
