// The extension's service worker: hears what the user asks for, and keeps the captioner's document open.

import { inside } from './inside.js';

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.create({ id: 'describe', title: 'Describe this image', contexts: ['image'] });
});

chrome.contextMenus.onClicked.addListener(({ srcUrl, frameId }, tab) => {
  act({ tabId: tab.id, frameIds: [frameId] }, 'describe', srcUrl);
});

chrome.commands.onCommand.addListener((command, tab) => act({ tabId: tab.id }, command));

async function act(target, what, ...args) {
  try {
    await inside(target, `page/${what}.js`, what, ...args);
  } catch {
    // The browser's own pages, its store, frames of other sites: there is no place for a message there.
    chrome.action.setBadgeText({ tabId: target.tabId, text: '!' });
    chrome.action.setTitle({ tabId: target.tabId, title: 'Browsers keep extensions out of this page' });
  }
}

/** What pages ask for. */
const services = {
  /** A captioner to talk to. */
  captioner: () => (opening ??= open().finally(() => (opening = undefined))),
  /** What the tab shows. */
  screen: ({ tab }) => tab.active && chrome.tabs.captureVisibleTab(tab.windowId, { format: 'png' }),
};

chrome.runtime.onMessage.addListener(({ to, ask }, sender, answer) => {
  if (to !== 'background') return false;
  Promise.resolve(services[ask](sender)).then(answer, (error) => answer({ error: error.message }));
  return true;
});

let opening;

async function open() {
  if (!(await chrome.offscreen.hasDocument())) {
    await chrome.offscreen.createDocument({
      url: 'captioner.html',
      reasons: ['WORKERS'],
      justification: 'The captioner computes in a worker, which service workers cannot start.',
    });
  }
  return {};
}
