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

/** Starts Chromium with a profile of its own. `close()` removes it. */
export async function browser({ gpu }) {
  const profile = mkdtempSync(join(tmpdir(), 'showtell-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: [...FLAGS, ...(gpu ? SOFTWARE_GPU : [])],
    viewport: { width: 1200, height: 800 },
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
  static async open(context, query) {
    const showtell = new Showtell();
    showtell.page = await context.newPage();
    showtell.requests = [];
    showtell.complaints = [];
    context.on('request', (request) => showtell.requests.push(request.url()));
    showtell.page.on('pageerror', (error) => showtell.complaints.push(String(error)));
    await showtell.page.goto(ADDRESS + query);
    return showtell;
  }

  find(id) {
    return this.page.getByTestId(id);
  }

  async ready(timeout = 300_000) {
    await this.find('status').getByText('Ready for a photo').waitFor({ timeout });
  }

  /** Chooses files through the file input. */
  async choose(path) {
    await this.find('file-input').setInputFiles(path);
  }

  /** Drops a file on the drop zone, as a person's drag would end. */
  async drop(name, type, bytes) {
    const transfer = await this.page.evaluateHandle(
      ({ name, type, data }) => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
        return transfer;
      },
      { name, type, data: bytes.toString('base64') },
    );
    await this.find('drop-zone').dispatchEvent('dragover', { dataTransfer: transfer });
    await this.find('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });
  }

  /** Waits for the caption and reads all of it. */
  async suggestion(timeout = 300_000) {
    await this.find('caption').waitFor({ timeout });
    const words = this.page.locator('[data-log-probability]');
    return {
      caption: await this.find('caption').innerText(),
      confidence: await this.find('confidence').innerText(),
      altText: await this.find('alt-text').inputValue(),
      alternatives: await this.find('alternatives').getByRole('button').allInnerTexts(),
      words: await words.evaluateAll((buttons) =>
        buttons.map((button) => ({
          word: button.textContent.trim(),
          log_probability: Number(button.dataset.logProbability),
        })),
      ),
    };
  }
}
