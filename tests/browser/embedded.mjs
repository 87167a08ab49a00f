// A page that embeds the element or `autoAlt`, as a test sees it.

import { fileURLToPath } from 'node:url';
import { PHOTOS } from './native.mjs';
import { browser } from './page.mjs';
import { serve } from './served.mjs';

/** The folder that `cargo xtask package` prints. */
const PACKAGE = process.env.SHOWTELL_PACKAGE;
const HERE = fileURLToPath(new URL('./embedded/', import.meta.url));

/** Starts a server under a policy, the strict one by default, and Chromium. `open(name)` gives a fresh page. */
export async function embedded(options, { policy, mounts } = {}) {
  // `/copy/` is the same package again: modules of two addresses are two copies.
  const folders = { ...mounts, '/showtell/': PACKAGE, '/copy/': PACKAGE, '/photos/': PHOTOS, '/': HERE };
  const server = await serve(folders, { policy });
  const chromium = await browser(options);
  return {
    address: server.address,
    context: chromium.context,
    open: (name) => Embedded.open(chromium.context, server.address + name),
    async close() {
      await chromium.close();
      await server.close();
    },
  };
}

/** One open page. */
export class Embedded {
  static async open(context, address) {
    const embedded = new Embedded();
    embedded.page = await context.newPage();
    embedded.complaints = [];
    embedded.page.on('pageerror', (error) => embedded.complaints.push(String(error)));
    // Among them every breach of the Content-Security-Policy.
    embedded.page.on('console', (message) => {
      if (message.type() === 'error') embedded.complaints.push(message.text());
    });
    await embedded.page.goto(address);
    await embedded.page.waitForFunction(() => window.useCaptioner);
    return embedded;
  }

  /** Puts HTML into the page, scrolled to the top. */
  async mount(html) {
    await this.page.evaluate((html) => {
      document.getElementById('place').innerHTML = html;
      scrollTo(0, 0);
    }, html);
  }

  /** Runs something in the page. */
  evaluate(what, argument) {
    return this.page.evaluate(what, argument);
  }

  /** An element once it is in a state. */
  async at(state, id = 'one') {
    await this.page.locator(`#${id}[state="${state}"]`).waitFor({ state: 'attached', timeout: 10_000 });
    return this.page.locator(`#${id}`);
  }

  /** A button of an element, by what it says. */
  button(name, id = 'one') {
    return this.page.locator(`#${id}`).getByRole('button', { name, exact: true });
  }

  /** The alt text of the image in an element; `null` where there is none. */
  alt(id = 'one') {
    return this.page.locator(`#${id}`).evaluate((element) => element.image.getAttribute('alt'));
  }

  /** What is read out to those who do not see the page. */
  said(id = 'one') {
    return this.page.locator(`#${id}`).locator('[aria-live]').textContent();
  }

  /** What has the focus: the parts of it inside an element. */
  focus() {
    return this.page.evaluate(() => {
      const active = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
      return active?.getAttribute('part') ?? active?.localName ?? null;
    });
  }

  /** What `played` was asked about so far. */
  asked() {
    return this.page.evaluate(() => window.played.asked);
  }

  /** Lets everything run that would run by itself, twice drawn. */
  idle() {
    return this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))),
    );
  }
}
