// Tells what a picture shows, in a note beside it.

import { Bubble } from './bubble.js';
import { ask, captioner } from './captioner.js';

/** Describes the image with an address; without one that under the pointer, or at the focus. */
export async function describe(address) {
  const image = find(address);
  const bubble = new Bubble(image);
  bubble.focus();
  if (!image) return bubble.say('There is no picture here.', 'Point at one, or move the focus to one.');
  bubble.say('Looking at the picture…');
  try {
    const caption = await captioner.caption(image).catch(async (error) => {
      if (error.code !== 'cross-origin' || window !== top) throw error;
      // What the window shows may be looked at, since the user asked.
      return ask(await bubble.without(() => seen(image)));
    });
    if (caption.trust === 'unable') return bubble.say('Showtell cannot describe this picture.');
    bubble.say(caption.hedged, 'Written by a machine: it may be wrong.');
    if (navigator.clipboard) bubble.offer('Copy', () => copy(bubble, caption.hedged));
  } catch (error) {
    bubble.say('Showtell cannot look at this picture.', error.message);
  }
}

async function copy(bubble, text) {
  await navigator.clipboard.writeText(text);
  bubble.say(text, 'Copied.');
}

function find(address) {
  const pointed = hovered(document);
  if (address) {
    const same = [...document.images].filter((image) => (image.currentSrc || image.src) === address);
    return same.find((image) => image === pointed) ?? same[0] ?? imageAt(pointed);
  }
  return [pointed, document.activeElement].map(imageAt).find(Boolean);
}

/** The element under the pointer, also inside of others. */
function hovered(root) {
  const element = [...root.querySelectorAll(':hover')].at(-1);
  return (element?.shadowRoot && hovered(element.shadowRoot)) ?? element;
}

/** An image, or the one in an element, or the one that an element lies over. */
function imageAt(element) {
  if (!element || element.matches('img')) return element;
  const inside = element.matches('a, button, figure') ? element.querySelectorAll('img') : [];
  if (inside.length === 1) return inside[0];
  const box = element.getBoundingClientRect();
  return [...document.images].find((image) => covers(image.getBoundingClientRect(), box));
}

/** Whether a box has another one inside, give or take a pixel. */
function covers(outer, inner) {
  const { left, top, right, bottom } = outer;
  const wide = left <= inner.left + 1 && right >= inner.right - 1;
  return wide && top <= inner.top + 1 && bottom >= inner.bottom - 1 && inner.width > 0;
}

/** The part of the window in which an image is seen. */
async function seen(image) {
  const shot = await chrome.runtime.sendMessage({ to: 'background', ask: 'screen' });
  if (typeof shot !== 'string') throw new Error('The window could not be looked at.');
  const screen = await createImageBitmap(await (await fetch(shot)).blob());
  const scale = screen.width / innerWidth;
  const box = image.getBoundingClientRect();
  // Browsers draw at whole pixels as well.
  const edge = (place, end) => Math.round(Math.min(Math.max(0, place), end) * scale);
  const [left, top] = [edge(box.left, innerWidth), edge(box.top, innerHeight)];
  const [width, height] = [edge(box.right, innerWidth) - left, edge(box.bottom, innerHeight) - top];
  if (width < 1 || height < 1) throw new Error('The picture is not in view.');
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d').drawImage(screen, -left, -top);
  return canvas.convertToBlob();
}
