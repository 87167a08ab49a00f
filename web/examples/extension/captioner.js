// The captioner's own document, which nobody sees: all pages share it.

import { load } from './showtell/index.js';

/** Unused for this long, in milliseconds, it closes and gives its memory back. */
const IDLE = 5 * 60e3;

let loading;
let closing;
let busy = 0;

/** Answers with a caption or with what went wrong, in a form that messages can carry. */
async function caption(picture) {
  clearTimeout(closing);
  busy += 1;
  try {
    loading ??= load();
    const captioner = await loading.catch((error) => {
      loading = undefined;
      throw error;
    });
    return { caption: await captioner.caption(picture) };
  } catch ({ name, code, message }) {
    return { error: { name, code, message } };
  } finally {
    busy -= 1;
    if (busy === 0) closing = setTimeout(() => window.close(), IDLE);
  }
}

chrome.runtime.onMessage.addListener(({ to, picture }, _sender, answer) => {
  if (to !== 'captioner') return false;
  caption(picture).then(answer);
  return true;
});
