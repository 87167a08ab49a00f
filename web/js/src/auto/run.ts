/** One run over a page or a part of it. */

import { ImageError } from '../errors.js';
import { arrived, origin, same } from '../page/arrival.js';
import { WORDS } from '../page/purpose.js';
import { ask, claim } from '../page/shared.js';
import { inView, watchSight } from '../page/sight.js';
import { PERHAPS } from '../rules.js';
import type { Caption } from '../types.js';
import { refusal } from './refusal.js';
import type { Limits } from './refusal.js';
import { add } from './report.js';
import type { Entry, Reason, Report } from './report.js';

/** Options of `autoAlt`, each with a value. */
export interface Choices extends Limits {
  prefix: string;
  inView: boolean;
  minConfidence: number;
  limit: number;
  watch: boolean;
  text: boolean;
  onResult: (entry: Entry) => void;
}

/** An image on its way. */
interface Work {
  entry: Entry;
  stop: AbortController;
  /** What its file was chosen from when it was judged. */
  files: (string | null)[];
}

type Target = Entry['image'];

const TARGETS = 'img, input[type="image"]';
/** Ends a request whose image has left the view before its turn. */
const AWAY = Symbol('away');
/** How often an image whose file changes while it is looked at is looked at again. */
const TRIES = 3;

/** What `autoAlt` returns. */
export class Run {
  /**
   * Settles with the report once every image that was there at the start has been seen to, or the run
   * has been stopped. Never rejects. Images out of view are seen to when they are scrolled to.
   */
  readonly done: Promise<Report>;
  readonly #works = new Map<Target, Work>();
  readonly #observer = new MutationObserver((changes) => this.#follow(changes));
  #asked = 0;
  #error: Error | undefined;
  #stopped: Reason | undefined;

  constructor(
    private readonly root: ParentNode & Node,
    private readonly choices: Choices,
    signal: AbortSignal | undefined,
  ) {
    if (signal?.aborted) this.#stopped = 'stopped';
    else signal?.addEventListener('abort', () => this.stop(), { once: true });
    if (choices.watch && !this.#stopped) {
      const attributeFilter = ['src', 'srcset', ...WORDS];
      this.#observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter });
    }
    this.done = Promise.all(targets(root).map((image) => this.#take(image))).then(() => this.report);
  }

  /** What has been done so far. */
  get report(): Report {
    return add(
      [...this.#works.values()].map(({ entry }) => entry),
      this.#error,
    );
  }

  /** Ends the run: what waits is skipped, nothing new is watched for. What was filled stays. */
  stop(): void {
    this.#end('stopped');
  }

  /**
   * Ends the run and takes every text back that nobody has changed since. Returns how many.
   */
  undo(): number {
    this.stop();
    const filled = [...this.#works.values()].filter((work) => work.entry.outcome === 'filled');
    const own = filled.filter((work) => this.#strip(work));
    for (const work of filled) this.#skip(work, own.includes(work) ? 'undone' : 'given');
    return own.length;
  }

  #end(reason: Reason): void {
    if (this.#stopped) return;
    this.#stopped = reason;
    this.#observer.disconnect();
    for (const work of this.#works.values()) work.stop.abort(reason);
  }

  /** Sees to an image from the beginning. */
  async #take(image: Target): Promise<void> {
    const work: Work = { entry: { image, outcome: 'waiting' }, stop: new AbortController(), files: files(image) };
    this.#works.set(image, work);
    const reason = this.#stopped ?? refusal(image, this.choices);
    if (reason) return this.#skip(work, reason);
    if (!(image instanceof HTMLImageElement)) return;
    const release = claim(image);
    if (!release) return this.#skip(work, 'claimed');
    try {
      await this.#fill(image, work);
    } catch (error) {
      this.#fail(work, error);
    } finally {
      release();
    }
  }

  async #fill(image: HTMLImageElement, work: Work): Promise<void> {
    const { signal } = work.stop;
    const shown = image.isConnected;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      // A browser does not load what is lazy and out of view.
      const waits = this.choices.inView || (image.loading === 'lazy' && !image.complete);
      if (waits && shown) await inView(image, signal);
      await arrived(image, signal);
      work.files = origin(image);
      const before = refusal(image, this.choices);
      if (before) return this.#skip(work, before);
      if (attempt === 0 && this.#asked >= this.choices.limit) return this.#skip(work, 'limit');
      if (attempt === 0) this.#asked += 1;
      const caption = await this.#turn(image, signal);
      if (!this.root.contains(image) || (shown && !image.isConnected)) return this.#skip(work, 'removed', { caption });
      if (!same(work.files, origin(image))) continue;
      // The author may have spoken meanwhile.
      const after = refusal(image, this.choices);
      if (after) return this.#skip(work, after, { caption });
      if (caption.trust === 'unable') return this.#skip(work, 'unable', { caption });
      if (sureness(caption) < this.choices.minConfidence) return this.#skip(work, 'unsure', { caption });
      return this.#put(image, work, caption);
    }
    this.#skip(work, 'changed');
  }

  /** Asks when it is this image's turn. Those out of view let others go before them. */
  async #turn(image: HTMLImageElement, signal: AbortSignal): Promise<Caption> {
    if (!this.choices.inView || !image.isConnected) return ask(image, { signal, text: this.choices.text });
    const { text } = this.choices;
    for (;;) {
      await inView(image, signal);
      const away = new AbortController();
      let begun = false;
      const leave = watchSight(image, (seen) => {
        if (!seen && !begun) away.abort(AWAY);
      });
      try {
        return await ask(image, { signal: AbortSignal.any([signal, away.signal]), begun: () => (begun = true), text });
      } catch (error) {
        if (error !== AWAY) throw error;
      } finally {
        leave();
      }
    }
  }

  #put(image: HTMLImageElement, work: Work, caption: Caption): void {
    const { prefix } = this.choices;
    // Nobody reads this before it is published: what was not measured is not told plainly.
    const opening = prefix || (caption.trust === 'plain' && !caption.calibrated ? `${PERHAPS} ` : '');
    const alt = opening ? opening + caption.text.charAt(0).toLowerCase() + caption.text.slice(1) : caption.hedged;
    image.alt = alt;
    image.dataset['altSource'] = 'showtell';
    if (measured(caption)) image.dataset['altConfidence'] = caption.confidence.toFixed(2);
    this.#tell(work, { image, outcome: 'filled', alt, caption });
  }

  #fail(work: Work, error: unknown): void {
    const { signal } = work.stop;
    if (signal.aborted) return this.#skip(work, signal.reason as Reason);
    const reason = error instanceof Error ? error : new Error(String(error));
    if (isImageError(reason)) return this.#skip(work, reason.code, { error: reason });
    // Without a captioner there is no use in asking for the others.
    this.#error = reason;
    this.#skip(work, 'captioner', { error: reason });
    this.#end('captioner');
  }

  #skip(work: Work, reason: Reason, more: Pick<Entry, 'caption' | 'error'> = {}): void {
    const { image } = work.entry;
    this.#tell(work, { image, outcome: 'skipped', reason, ...more });
    if (reason !== 'hidden' || !this.choices.watch || this.#stopped) return;
    // A tab panel may open, a picture slide in.
    inView(image, work.stop.signal).then(
      () => this.#again(image),
      () => undefined,
    );
  }

  #tell(work: Work, entry: Entry): void {
    work.entry = entry;
    // Never before `autoAlt` has returned; and what a page does wrong there stops nothing here.
    queueMicrotask(() => this.choices.onResult(entry));
  }

  /** Takes our text off an image, if it is still there. Marks go in any case. */
  #strip({ entry: { image, alt } }: Work): boolean {
    const own = alt !== undefined && image.getAttribute('alt') === alt;
    if (own) image.removeAttribute('alt');
    delete image.dataset['altSource'];
    delete image.dataset['altConfidence'];
    return own;
  }

  #again(image: Target): void {
    const before = this.#works.get(image);
    before?.stop.abort('changed' satisfies Reason);
    if (!this.#stopped) void this.#take(image);
  }

  /** What the page has added, removed or said since. */
  #follow(changes: MutationRecord[]): void {
    for (const { target, addedNodes, removedNodes } of changes) {
      for (const node of [...addedNodes, ...removedNodes]) for (const image of targets(node)) this.#reconsider(image);
      const touched = target instanceof HTMLSourceElement ? target.parentElement?.querySelector('img') : target;
      if (isTarget(touched)) this.#reconsider(touched);
    }
  }

  #reconsider(image: Target): void {
    const work = this.#works.get(image);
    if (!this.root.contains(image)) {
      if (work?.entry.outcome === 'waiting') work.stop.abort('removed' satisfies Reason);
      return;
    }
    if (!work) return void this.#take(image);
    const { outcome, reason, alt } = work.entry;
    const other = !same(work.files, files(image));
    if (outcome === 'filled') {
      // A text for another picture is wrong for this one, and somebody else's carries no mark of ours.
      if (!other && image.getAttribute('alt') === alt) return;
      this.#strip(work);
      this.#again(image);
    } else if (outcome === 'skipped') {
      if (other || reason === 'removed' || refusal(image, this.choices) !== judged(reason)) this.#again(image);
    } else {
      const said = refusal(image, this.choices);
      if (said) work.stop.abort(said);
    }
  }
}

/** Whether a caption's confidence is a probability. */
function measured({ calibrated, confidence }: Caption): boolean {
  return calibrated && Number.isFinite(confidence);
}

/** The probability that a caption is right, as far as one is known: a score is none. */
function sureness(caption: Caption): number {
  return measured(caption) ? caption.confidence : 0;
}

/** A reason that the page gives, which it can also take back; nothing for those that lie elsewhere. */
function judged(reason: Reason | undefined): Reason | undefined {
  const page: Reason[] = ['element', 'given', 'earlier', 'decorative', 'functional', 'tiny', 'hidden', 'filtered'];
  return page.find((one) => one === reason);
}

function targets(node: Node): Target[] {
  const within = 'querySelectorAll' in node ? [...(node as ParentNode & Node).querySelectorAll<Target>(TARGETS)] : [];
  return isTarget(node) ? [node, ...within] : within;
}

function isTarget(node: Node | null | undefined): node is Target {
  return node instanceof Element && node.matches(TARGETS);
}

function files(image: Target): (string | null)[] {
  return image instanceof HTMLImageElement ? origin(image) : [];
}

/** Also those of another copy of this script. */
function isImageError(error: Error): error is ImageError {
  return error instanceof ImageError || error.name === 'ImageError';
}
