// Keeps what the page loads, and gives it where the network does not. The captioner keeps its weights
// itself.

const CACHE = 'offline-example';
const PAGE = ['./', 'offline.css', 'offline.js'];

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(PAGE)));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const own = request.url.startsWith(self.registration.scope);
  if (request.method === 'GET' && own && !request.url.endsWith('.safetensors')) {
    event.respondWith(newest(request));
  }
});

/** What the server has now, or had when it was last heard. */
async function newest(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    // The page hears of it when it is kept: once it has all, it needs no network. A full disk is no
    // reason to withhold the answer.
    if (response.ok) await cache.put(request, response.clone()).catch(() => {});
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
