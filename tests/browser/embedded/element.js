// For the test, which puts elements into the page and says what the captioner says.

import { ShowTell, useCaptioner } from '/showtell/element/index.js';
import { Played } from './played.js';

Object.assign(window, { ShowTell, useCaptioner, Played, played: new Played(), loads: 0, heard: [] });
useCaptioner(async () => {
  window.loads += 1;
  return window.played;
});
for (const name of ['suggest', 'accept', 'reject', 'error', 'withdraw']) {
  document.addEventListener(`showtell-${name}`, ({ detail, target }) => {
    const { text, source, why, caption, error } = detail;
    window.heard.push({ name, on: target.id, text: text ?? caption?.text, source, why, error: error?.code });
  });
}
