// The extension as its user meets it: its button, its menu and its keys, over a page of somebody else.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLES } from './examples.mjs';
import { PHOTOS } from './native.mjs';
import { browser } from './page.mjs';
import { serve } from './served.mjs';

const FOLDER = join(EXAMPLES, 'extension');
/** What is stricter than most pages: no scripts, no styles of others, no requests. */
const POLICY = "default-src 'none'; img-src * data: blob:; style-src 'unsafe-inline'";

/** What the extension says about itself. */
export const MANIFEST = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8'));

/** Chromium with the extension, a site, and another site whose pictures nobody else may read. */
export class Extension {
  /** `manifest` is added to what the extension says about itself. */
  static async start(manifest) {
    const extension = new Extension();
    extension.foreign = await serve({ '/': PHOTOS }, { policy: null });
    await extension.serve();
    let folder = FOLDER;
    if (manifest) {
      folder = extension.copy = mkdtempSync(join(tmpdir(), 'showtell-extension-'));
      cpSync(FOLDER, folder, { recursive: true });
      writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...MANIFEST, ...manifest(extension) }));
    }
    extension.chromium = await browser({
      flags: ['--enable-unsafe-extension-debugging'],
      ignoreDefaultArgs: ['--disable-extensions'],
      reducedMotion: 'reduce',
      viewport: { width: 1000, height: 700 },
    });
    const { context } = extension.chromium;
    extension.protocol = await context.browser().newBrowserCDPSession();
    const started = context.waitForEvent('serviceworker');
    ({ id: extension.id } = await extension.protocol.send('Extensions.loadUnpacked', { path: folder }));
    extension.background = await started;
    return extension;
  }

  /** Starts the site, anew where there was one. */
  async serve() {
    await this.site?.close();
    const page = (_request, response) => response.setHeader('Content-Type', 'text/html').end(this.html);
    this.site = await serve({ '/page': page, '/': PHOTOS }, { policy: POLICY });
  }

  async close() {
    await this.chromium.close();
    await this.site.close();
    await this.foreign.close();
    if (this.copy) rmSync(this.copy, { recursive: true });
  }

  /** A page with this in its `<main>`. */
  async open(content, address = `${this.site.address}page`) {
    this.html = `<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>${content}</main></html>`;
    const page = await this.chromium.context.newPage();
    await page.goto(address);
    return page;
  }

  /** Presses the button in the toolbar over a page, which gives the extension access to that page. */
  async press(page) {
    await page.bringToFront();
    const tab = (await this.targets()).find(({ type, url }) => type === 'tab' && url === page.url());
    await this.protocol.send('Extensions.triggerAction', { id: this.id, targetId: tab.targetId });
    for (;;) {
      const popup = (await this.targets()).find(({ type, url }) => type === 'page' && url.endsWith('/popup.html'));
      if (popup) return Popup.over(this.protocol, popup.targetId);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Takes "Describe this image" from the menu. A test cannot press the browser's own menus. */
  async menu(page, srcUrl) {
    await this.#dispatch(page, 'contextMenus', 'onClicked', { menuItemId: 'describe', srcUrl, frameId: 0 });
  }

  /** Presses the key of a command. */
  async key(page, command) {
    await this.#dispatch(page, 'commands', 'onCommand', command);
  }

  async #dispatch(page, api, event, what) {
    await page.bringToFront();
    await this.background.evaluate(
      async ([api, event, what]) => {
        const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
        chrome[api][event].dispatch(what, tab);
      },
      [api, event, what],
    );
  }

  async targets() {
    return (await this.protocol.send('Target.getTargets', { filter: [{}] })).targetInfos;
  }
}

/** The panel beneath the button, which Playwright does not know. */
class Popup {
  #waiting = new Map();

  static async over(protocol, targetId) {
    const popup = new Popup();
    popup.protocol = protocol;
    popup.targetId = targetId;
    ({ sessionId: popup.sessionId } = await protocol.send('Target.attachToTarget', { targetId, flatten: false }));
    protocol.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      const { id, result } = JSON.parse(message);
      if (sessionId === popup.sessionId && id) popup.#waiting.get(id)?.(result);
    });
    return popup;
  }

  async send(method, params = {}) {
    const id = this.#waiting.size + 1;
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    await this.protocol.send('Target.sendMessageToTarget', {
      sessionId: this.sessionId,
      message: JSON.stringify({ id, method, params }),
    });
    return answer;
  }

  async evaluate(what, argument) {
    const expression = typeof what === 'function' ? `(${what})(${JSON.stringify(argument)})` : what;
    const how = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', how);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  emulateMedia({ colorScheme }) {
    return this.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: colorScheme }],
    });
  }

  press(id) {
    return this.evaluate((id) => document.getElementById(id).click(), id);
  }

  /** Waits until it shows a text, and returns all of it. */
  async says(text) {
    for (const start = Date.now(); ; ) {
      const shown = await this.evaluate(() => document.body?.innerText ?? '');
      if (shown.includes(text)) return shown;
      if (Date.now() - start > 30_000) throw new Error(`${text} is not in\n${shown}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close() {
    return this.protocol.send('Target.closeTarget', { targetId: this.targetId });
  }
}
