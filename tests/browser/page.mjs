// The page as a test sees it: opens Chromium and finds things by test id.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const ADDRESS = process.env.SHOWTELL_URL;
const EXECUTABLE = process.env.SHOWTELL_CHROMIUM;

/** Flags for a machine without a network or a GPU. */
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** WebGPU computed by software, since test machines have no GPU. */
const SOFTWARE_GPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** A camera that shows a moving test picture, and no question whether it may be used. */
const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** Starts Chromium with a profile of its own. `close()` removes it. */
export async function browser({ gpu = false, flags = [], ...options } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'showtell-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: [...FLAGS, ...FAKE_CAMERA, ...(gpu ? SOFTWARE_GPU : []), ...flags],
    viewport: { width: 1200, height: 800 },
    locale: 'en',
    ...options,
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** One open page. */
export class Showtell {
  static async open(context, query = '?device=cpu') {
    const showtell = new Showtell();
    showtell.page = await context.newPage();
    showtell.requests = [];
    showtell.complaints = [];
    context.on('request', (request) => showtell.requests.push(request.url()));
    showtell.page.on('pageerror', (error) => showtell.complaints.push(String(error)));
    // Among them every breach of the Content-Security-Policy.
    showtell.page.on('console', (message) => {
      if (message.type() === 'error') showtell.complaints.push(message.text());
    });
    await showtell.page.goto(ADDRESS + query);
    return showtell;
  }

  find(id) {
    return this.page.getByTestId(id);
  }

  button(name) {
    return this.page.getByRole('button', { name });
  }

  /** Waits until a photo can come. What stops the captioner from loading ends the wait at once. */
  async ready(timeout = 300_000) {
    const ready = this.find('status').getByText('Ready for a photo');
    const failed = this.find('error');
    await ready.or(failed).first().waitFor({ timeout });
    if (!(await ready.count())) throw new Error(await failed.innerText());
  }

  /** Chooses files through the file input. */
  async choose(...paths) {
    await this.find('file-input').setInputFiles(paths);
  }

  /** Drops files on the drop zone, as a person's drag would end. */
  async drop(name, type, bytes) {
    const transfer = await this.transfer([{ name, type, bytes }]);
    await this.find('drop-zone').dispatchEvent('dragover', { dataTransfer: transfer });
    await this.find('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });
  }

  /** Pastes files, as after copying them elsewhere. */
  async paste(name, type, bytes) {
    const transfer = await this.transfer([{ name, type, bytes }]);
    await this.page.evaluate((clipboardData) => {
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, transfer);
  }

  async transfer(files) {
    return this.page.evaluateHandle(
      (files) => {
        const transfer = new DataTransfer();
        for (const { name, type, data } of files) {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type }));
        }
        return transfer;
      },
      files.map(({ bytes, ...rest }) => ({ ...rest, data: bytes.toString('base64') })),
    );
  }

  /** The photos of the queue, in a state or all. */
  items(state) {
    return this.find('queue').locator(state ? `li[data-state="${state}"]` : 'li');
  }

  /** The photos whose texts have come so far. */
  reviewed(review) {
    return this.find('queue').locator(`li[data-review="${review}"]`);
  }

  /** The photo shown, once it is in a state. */
  shown(state) {
    return this.page.locator(`li[data-state="${state}"]:has([aria-current])`);
  }

  /** Waits until there are so many photos and the captioner is through with all of them. */
  async through(count, timeout = 60_000) {
    await this.page.waitForFunction(
      (count) => {
        const states = [...document.querySelectorAll('[data-testid=queue] li')].map((item) => item.dataset.state);
        return states.length === count && states.every((state) => state === 'done' || state === 'refused');
      },
      count,
      { timeout },
    );
  }

  /** Waits for the caption of the photo shown and reads all of it. */
  async suggestion(timeout = 60_000) {
    await this.shown('done').waitFor({ timeout });
    const words = this.page.locator('[data-log-probability]');
    // A photo that is declined has none.
    const confidence = (await this.page.locator('.confidence').allInnerTexts()).join('');
    const share = /about (\d+) of 100/.exec(confidence);
    return {
      caption: await this.find('caption').innerText(),
      confidence,
      share: share ? Number(share[1]) : null,
      altText: await this.find('alt-text').inputValue(),
      // Those of a photo that is declined are folded away.
      alternatives: await this.find('alternatives').locator('button').allTextContents(),
      words: await words.evaluateAll((buttons) =>
        buttons.map((button) => ({
          word: button.querySelector('.word').textContent,
          log_probability: Number(button.dataset.logProbability),
        })),
      ),
    };
  }

  /** What was read out last to those who do not see the page. */
  async heard(text) {
    await this.find('live').getByText(text).waitFor();
  }

  /** A file that the page hands out. */
  async download(id) {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.find(id).click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
  }
}
