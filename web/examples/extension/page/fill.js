// Fills the missing alt texts of the page it is called in, and takes them back.

import { autoAlt, useCaptioner } from '../showtell/auto/index.js';
import { Bubble } from './bubble.js';
import { captioner } from './captioner.js';

useCaptioner(captioner);

const runs = [];
let bubble;

/** Sees to all images that are there and those that come, in view or not. */
export async function fill() {
  runs.at(-1)?.stop();
  // The earlier run lets go of the images that it was at.
  await new Promise((resolve) => setTimeout(resolve));
  bubble = new Bubble();
  bubble.offer('Undo', undo);
  bubble.say('Looking at the pictures without alt text…');
  const run = autoAlt(document, { inView: false, watch: true, onResult: tell });
  runs.push(run);
  run.done.then(tell);
  return summary();
}

/** Takes back what was filled. */
export function undo() {
  const count = runs.splice(0).reduce((sum, run) => sum + run.undo(), 0);
  bubble?.title('Showtell');
  bubble?.say(count === 1 ? '1 alt text was taken back.' : `${count} alt texts were taken back.`);
  chrome.runtime.sendMessage({ to: 'popup', summary: summary() });
  return summary();
}

function tell() {
  if (runs.length === 0) return;
  const now = summary();
  const { filled, waiting } = now;
  bubble.title(waiting > 0 ? `Showtell: ${filled} described, ${waiting} to go` : 'Showtell');
  if (waiting === 0) bubble.say(...outcome(now));
  chrome.runtime.sendMessage({ to: 'popup', summary: now });
}

/** What has come of it, in a sentence and a remark. */
function outcome({ filled, left, foreign, error }) {
  const pictures = (count) => (count === 1 ? '1 picture' : `${count} pictures`);
  if (error) return ['The captioner cannot be loaded.', error];
  if (filled + left + foreign === 0) return ['No picture here lacks an alt text.'];
  const remarks = [
    filled > 0 && 'Written by a machine: they may be wrong.',
    left > 0 && `${pictures(left)} could not be described.`,
    foreign > 0 && `${pictures(foreign)} may not be read: Showtell's button in the toolbar asks you about it.`,
  ];
  return [`${pictures(filled)} described.`, remarks.filter(Boolean).join(' ')];
}

/** What has been done so far, as messages can carry it. */
export function summary() {
  const reports = runs.map(({ report }) => report);
  const { entries = [], waiting = 0, error } = reports.at(-1) ?? {};
  const foreign = entries.filter(({ reason }) => reason === 'cross-origin');
  const failed = entries.filter(({ reason, error }) => reason === 'unable' || (error && reason !== 'cross-origin'));
  return {
    ran: runs.length > 0,
    filled: reports.reduce((sum, { filled }) => sum + filled, 0),
    waiting,
    left: failed.length,
    foreign: foreign.length,
    sites: [...new Set(foreign.map(({ image }) => new URL(image.currentSrc || image.src).origin))],
    error: error?.message,
  };
}
