// The panel beneath the toolbar's button: fills the page it was opened on, and takes that back.

import { inside } from './inside.js';

const part = (id) => document.getElementById(id);
const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
let sites = [];

/** Has the page do something and shows where it stands then. */
async function ask(what) {
  try {
    show(await inside({ tabId: tab.id }, 'page/fill.js', what));
  } catch {
    // Their own pages, and the store of extensions.
    part('status').textContent = 'Browsers keep extensions out of this page.';
    part('fill').disabled = true;
  }
}

function show({ ran, filled, waiting, left, foreign, sites: blocked, error }) {
  sites = blocked;
  const parts = [
    `${filled} described`,
    waiting > 0 && `${waiting} to go`,
    left > 0 && `${left} could not be described`,
  ];
  part('status').textContent = error ?? (ran ? `${parts.filter(Boolean).join(', ')}.` : '');
  part('undo').hidden = filled === 0;
  part('foreign').hidden = foreign === 0 || waiting > 0;
  const names = sites.map((site) => new URL(site).host).join(', ');
  part('sites').textContent = `${foreign} more from ${names}, which Showtell may not fetch from yet.`;
}

part('fill').addEventListener('click', () => ask('fill'));
part('undo').addEventListener('click', async () => {
  await ask('undo');
  part('status').textContent = 'Taken back.';
  part('fill').focus();
});
part('allow').addEventListener('click', async () => {
  const origins = sites.map((site) => `${site}/*`);
  if (await chrome.permissions.request({ origins })) await ask('fill');
});

chrome.runtime.onMessage.addListener(({ to, summary }, sender) => {
  if (to === 'popup' && sender.tab?.id === tab.id) show(summary);
});

for (const { name, shortcut } of await chrome.commands.getAll()) {
  const term = document.querySelector(`[data-command="${name}"]`);
  if (term) term.textContent = shortcut || 'No key set';
}
await ask('summary');
