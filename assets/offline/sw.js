// Keeps the page usable without a network: holds its files in a cache of their own version and the
// small files of its bundles. Weights are none of its business; the page's worker keeps them.
// `cargo xtask` fills in the three marks below when it has built the page.

/** Paths relative to this file, each with the hash of its content as in `integrity="…"`. */
const SHELL = new Map(/*SHELL*/ []);
/** The same of what few visits need: kept once a page has needed it. */
const LATER = new Map(/*LATER*/ []);
/** Changes with any of them. */
const VERSION = /*VERSION*/ '';

const PREFIX = 'showtell-shell-';
const CACHE = PREFIX + VERSION;
const BUNDLES = 'showtell-bundles';
/** What a bundle says about itself; found by name, since `?bundle=` may point to any folder. */
const SMALL = ['SHA256SUMS', 'config.json'];
const BASE = new URL('./', self.location.href);

// There is no `skipWaiting` here: an open page goes on with the files it began with, and a new version
// takes over once all pages are closed, or when one asks for it.
self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (event.data === 'update') self.skipWaiting();
  if (event.data === 'reader') event.waitUntil(keepReader());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== BASE.origin || request.headers.has('range')) return;
  const path = shellPath(url);
  if (SHELL.has(path) || LATER.has(path)) {
    // A person may have emptied the cache, and the server may be a version ahead by now.
    event.respondWith(shellFile(path).catch(() => fetch(request)));
  } else if (SMALL.includes(url.pathname.split('/').at(-1))) {
    event.respondWith(newest(request));
  }
});

async function install() {
  // One by one, to leave the line to what the page itself still loads.
  for (const path of SHELL.keys()) await shellFile(path);
  // What the version before had kept has been needed here.
  for (const path of LATER.keys()) if (await keptBefore(path)) await shellFile(path);
  // Pages that are open already have read their bundle's small files without us.
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  await Promise.allSettled(pages.map(keepBundle));
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

/** Whether any version has kept a file. */
async function keptBefore(path) {
  const { pathname } = new URL(path, BASE);
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const requests = await (await caches.open(name)).keys();
    if (requests.some(({ url }) => new URL(url).pathname === pathname)) return true;
  }
  return false;
}

/** Keeps the reader of words, which a page has begun to use, maybe before this worker was there. */
async function keepReader() {
  for (const path of LATER.keys()) await shellFile(path);
  await newest(new Request(new URL('reader/SHA256SUMS', BASE)));
}

/** A path as the list has it, if this address lies beside us; the page's own is `./`, whatever it asks. */
function shellPath(url) {
  if (!url.pathname.startsWith(BASE.pathname)) return undefined;
  const path = url.pathname.slice(BASE.pathname.length);
  return path === '' || path === 'index.html' ? './' : path;
}

/** A file of this version, from the cache if it is there. */
async function shellFile(path) {
  const integrity = SHELL.get(path) ?? LATER.get(path);
  // The hash is part of the key, so that an older version's cache serves where nothing changed.
  const key = new URL(`${path}?${encodeURIComponent(integrity)}`, BASE).href;
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key);
  if (kept) return kept;
  await cache.put(key, (await caches.match(key)) ?? (await download(path, integrity)));
  return cache.match(key);
}

async function download(path, integrity) {
  const url = new URL(path, BASE);
  // The page has just loaded most of this, so the browser's own cache answers. Should that hold
  // another version's file, the server has to.
  const response = await fetch(url, { cache: 'default', integrity }).catch(() =>
    fetch(url, { cache: 'reload', integrity }),
  );
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  return response;
}

/** Fetches the small files of the bundle that a page shows. */
async function keepBundle(page) {
  const name = new URL(page.url).searchParams.get('bundle') ?? 'bundle';
  const folder = new URL(name, page.url);
  if (folder.origin !== BASE.origin) return;
  for (const file of SMALL) await newest(new Request(`${folder.href.replace(/\/+$/, '')}/${file}`));
}

/** What the server has, or had when it was last heard. */
async function newest(request) {
  const cache = await caches.open(BUNDLES);
  const kept = () => cache.match(request.url);
  let response;
  try {
    response = await fetch(request);
  } catch {
    return (await kept()) ?? Response.error();
  }
  if (response.ok) {
    // A full disk is no reason to withhold the answer.
    await cache.put(request.url, response.clone()).catch(() => {});
  }
  return response.status < 500 ? response : ((await kept()) ?? response);
}
