// The examples as a visitor sees them: served under the policy that they state.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wrongs } from './axe.mjs';
import { browser } from './page.mjs';
import { serve } from './served.mjs';

/** The folder in which `cargo xtask examples` puts them together. */
export const EXAMPLES = process.env.SHOWTELL_EXAMPLES;
export const PHONE = { width: 360, height: 800 };
/** A desk by day and a phone by night: widths and colours hardly depend on each other. */
const SCREENS = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { ...PHONE, colorScheme: 'dark' },
];

/** What a page states about itself, for the server to say as well. */
function policy(page) {
  return /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(readFileSync(join(EXAMPLES, page), 'utf8'))[1];
}

/** Starts a server and Chromium. */
export async function examples(options) {
  const server = await serve({ '/': EXAMPLES }, { policy: policy('index.html') });
  const chromium = await browser(options);
  return {
    server,
    context: chromium.context,
    open: (name, options) => Example.open(chromium.context, server.address + name, options),
    async close() {
      await chromium.close();
      await server.close();
    },
  };
}

/** One open example. */
export class Example {
  static async open(context, address, { viewport = { width: 1280, height: 800 } } = {}) {
    const example = new Example();
    example.page = await context.newPage();
    example.complaints = [];
    example.requests = [];
    example.page.on('request', (request) => example.requests.push(request.url()));
    example.page.on('pageerror', (error) => example.complaints.push(String(error)));
    // Among them every breach of the Content-Security-Policy.
    example.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) example.complaints.push(message.text());
    });
    await example.page.setViewportSize(viewport);
    await example.page.goto(address);
    return example;
  }

  find(selector) {
    return this.page.locator(selector);
  }

  /** A button, by what it says, of the page or of a part of it. */
  button(name, part = this.page) {
    return part.getByRole('button', { name, exact: true });
  }

  /** Waits until the status says something. */
  async says(text) {
    await this.find('#status').getByText(text).waitFor({ timeout: 60_000 });
  }

  /** Looks at a state in both themes. */
  async look(state, options) {
    await look(this.page, state, options);
  }
}

/**
 * Nothing is wrong with how a page looks now. While `open`, images without alt text are what it is about.
 */
export async function look(page, state, { open = false, screens = SCREENS, least = 10 } = {}) {
  const before = page.viewportSize();
  for (const { width, height, colorScheme } of screens) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    const found = (await wrongs(page, least)).filter((wrong) => !open || !wrong.startsWith('image-alt:'));
    assert.deepEqual(found, [], `${state}, ${colorScheme}, ${width} px`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${state}, ${width} px: ${over} px too wide`);
  }
  await page.setViewportSize(before);
}
