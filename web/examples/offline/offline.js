// Loads the captioner through a service worker that keeps what passes, and describes chosen photos.

const part = (id) => document.getElementById(id);

/** Waits until the service worker sees everything that this page loads. */
async function kept() {
  await navigator.serviceWorker.register('sw.js');
  if (navigator.serviceWorker.controller) return;
  await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
}

async function start() {
  await kept();
  // Not before: what was loaded already would not be kept.
  const { load } = await import('./showtell/index.js');
  const captioner = await load({
    onProgress: ({ loaded, total }) => (part('progress').value = loaded / total),
  });
  // The largest file is the first that a full disk has no room for.
  const room = await caches.match('showtell/wasm/captioner_bg.wasm');
  const offline = room ? ', also without a network.' : '; without a network it needs more room on the disk.';
  part('status').textContent = `Ready${offline}`;
  part('progress').hidden = true;
  part('choose').hidden = false;
  part('photo').addEventListener('change', ({ target }) => describe(captioner, target.files[0]));
}

async function describe(captioner, file) {
  if (!file) return;
  URL.revokeObjectURL(part('shown').src);
  part('shown').src = URL.createObjectURL(file);
  part('shown').parentElement.hidden = false;
  part('shown').alt = file.name;
  part('caption').textContent = 'Looking at the photo…';
  try {
    const { hedged, trust } = await captioner.caption(file);
    part('caption').textContent = trust === 'unable' ? 'This photo cannot be described.' : hedged;
  } catch (error) {
    part('caption').textContent = `This photo cannot be described: ${error.message}.`;
  }
}

start().catch((error) => {
  part('status').textContent = `The captioner cannot be loaded: ${error.message}.`;
  part('progress').hidden = true;
});
