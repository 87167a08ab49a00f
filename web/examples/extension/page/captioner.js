// The captioner as a page sees it: pictures are read here, where they are shown and the network is not
// needed any more, and captioned in a document of the extension.

import { ImageError } from '../showtell/index.js';

/** Bytes from which a file is drawn smaller first: a message holds 64 MB. */
const LARGE = 8e6;
/** Longest side in pixels of what is drawn; the captioner looks at fewer. */
const SIDE = 1024;

export const captioner = {
  /** Captions an `<img>` of this page. */
  caption: async (image, { signal } = {}) => ask(await read(image, signal)),
};

/** Captions a picture by its address, or its file. */
export async function ask(picture) {
  const address = picture instanceof Blob ? await dataAddress(picture) : picture;
  const ready = await chrome.runtime.sendMessage({ to: 'background', ask: 'captioner' });
  if (ready.error) throw new Error(ready.error);
  const { caption, error } = await chrome.runtime.sendMessage({ to: 'captioner', picture: address });
  if (error) throw Object.assign(new Error(error.message), error);
  return caption;
}

/** A picture's file, or its address where only the extension may read it. */
async function read(image, signal) {
  const address = image.currentSrc || image.src;
  try {
    // The page has it already, so the cache has: nothing is asked of the network.
    const response = await fetch(address, { cache: 'force-cache', signal });
    const file = await response.blob();
    if (response.ok && file.size < LARGE && !file.type.startsWith('image/svg')) return file;
  } catch {
    signal?.throwIfAborted();
  }
  try {
    return await drawn(image);
  } catch (error) {
    if (error.name !== 'SecurityError') throw new ImageError('broken', 'the browser cannot draw this picture');
    return address;
  }
}

async function drawn(image) {
  const width = image.naturalWidth || image.width;
  const height = image.naturalHeight || image.height;
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob();
}

function dataAddress(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
