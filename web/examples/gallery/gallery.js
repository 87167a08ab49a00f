// Fills the alt texts that are missing, shows what it wrote, and takes it back.

import { autoAlt } from './showtell/auto/index.js';

const status = document.getElementById('status');
let run;

function start() {
  run = autoAlt(document.querySelector('main'), { prefix: 'May show: ', onResult: show });
  run.done.then(tell);
  tell();
}

/** Writes beneath a photo what those who cannot see it are told. */
function show({ image, outcome, alt }) {
  image.parentElement.querySelector('.machine')?.remove();
  if (outcome === 'filled') {
    const caption = document.createElement('figcaption');
    caption.className = 'machine';
    // The image says the same.
    caption.ariaHidden = 'true';
    caption.textContent = alt;
    image.after(caption);
  }
  // Some results are there before `autoAlt` returns.
  queueMicrotask(tell);
}

function tell() {
  const text = summary(run.report);
  // Said anew, it would be read out anew.
  if (status.textContent !== text) status.textContent = text;
}

function summary({ filled, waiting, reasons, error }) {
  if (error) return `No descriptions: ${error.message}`;
  if (reasons.undone || reasons.stopped) return 'The descriptions were taken back.';
  if (waiting > 0) return 'Describing the photos, those in view first…';
  return `Photos described by a machine, which may be wrong: ${filled}.`;
}

document.getElementById('machine').addEventListener('change', ({ target }) => {
  if (target.checked) start();
  else run.undo();
});

start();
