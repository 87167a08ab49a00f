/**
 * The one captioner of a page: loaded when it is first needed, shared by all elements and by
 * `autoAlt`, and also between two copies of this script. What is shared lies on `globalThis`, so
 * that its shape is part of its name.
 */

import type { Caption, Captioner, LoadOptions, Progress } from '../types.js';
import type { BrowserImage } from '../pictures.js';

/** A captioner, what to load one with, or what gives one when it is first needed. */
export type Source = Captioner<BrowserImage> | LoadOptions | (() => Promise<Captioner<BrowserImage>>);

/** How to ask for a caption. */
export interface Request {
  /** Gives the request up, at once even where the captioner is still being loaded. */
  signal: AbortSignal;
  /** Called when those who asked before have been answered. */
  begun?: () => void;
  /** Whether the words are read of pictures that seem to hold some. */
  text?: boolean;
}

/** What all copies of this script share. */
interface Shared {
  source: Source;
  captioner: Promise<Captioner<BrowserImage>> | undefined;
  /** Settles when all who have asked so far are answered. Never rejects. */
  turn: Promise<unknown>;
  /** Who hears how much of the bundle is here. */
  listeners: Set<(progress: Progress) => void>;
  /** Images that somebody is seeing to. */
  claimed: WeakSet<Element>;
}

const KEY = Symbol.for('showtell.captioner/1');

/** This page's, made by whoever comes first. */
function shared(): Shared {
  const page = globalThis as { [KEY]?: Shared };
  return (page[KEY] ??= {
    source: {},
    captioner: undefined,
    turn: Promise.resolve(),
    listeners: new Set(),
    claimed: new WeakSet(),
  });
}

/**
 * Says which captioner this page uses: one that is there already, what to load one with, or a function
 * that gives one when it is first needed. Who waits already is answered by the new one. A captioner that
 * was loaded here is disposed of; one that the page brought is left to the page.
 */
export function useCaptioner(source: Source): void {
  const page = shared();
  const { captioner: before, source: former } = page;
  page.source = source;
  page.captioner = undefined;
  if (before && !isCaptioner(former) && typeof former !== 'function') {
    page.turn = Promise.all([page.turn, before]).then(
      ([, loaded]) => loaded.dispose(),
      () => undefined,
    );
  }
}

/**
 * Asks the page's captioner for a caption, after all who asked before: a request that has not begun
 * costs nothing to give up. Rejects with the errors of `load` and of `Captioner.caption`.
 */
export async function ask(image: BrowserImage, { signal, begun, text = false }: Request): Promise<Caption> {
  const page = shared();
  const before = page.turn;
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  // Giving up early must not let the next one in before those in front are done.
  page.turn = Promise.all([before, left]);
  try {
    await unless(signal, before);
    begun?.();
    try {
      return await once(page, image, signal, text);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'disposed' || isCaptioner(page.source)) throw error;
      // The page has disposed of it since: another is loaded, once.
      page.captioner = undefined;
      return await once(page, image, signal, text);
    }
  } finally {
    leave();
  }
}

async function once(page: Shared, image: BrowserImage, signal: AbortSignal, text: boolean): Promise<Caption> {
  const captioner = await unless(signal, loaded(page));
  return unless(signal, captioner.caption(image, text ? { signal, text: 'auto' } : { signal }));
}

/** Hears how much of the bundle is here until the returned function is called. */
export function hear(listener: (progress: Progress) => void): () => void {
  const { listeners } = shared();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes an image on, unless somebody else has: then `undefined`. The returned function lets it go. */
export function claim(image: Element): (() => void) | undefined {
  const { claimed } = shared();
  if (claimed.has(image)) return undefined;
  claimed.add(image);
  return () => claimed.delete(image);
}

/** The captioner, loaded at the first call; after a failure the next call tries again. */
function loaded(page: Shared): Promise<Captioner<BrowserImage>> {
  if (page.captioner) return page.captioner;
  const loading = bring(page);
  page.captioner = loading;
  loading.catch(() => {
    if (page.captioner === loading) page.captioner = undefined;
  });
  return loading;
}

async function bring({ source, listeners }: Shared): Promise<Captioner<BrowserImage>> {
  if (isCaptioner(source)) return source;
  if (typeof source === 'function') return source();
  // Not before it is needed: the element alone is small.
  const { load } = await import('../index.js');
  return load({
    ...source,
    onProgress: (progress) => {
      source.onProgress?.(progress);
      for (const listener of listeners) listener(progress);
    },
  });
}

function isCaptioner(source: Source): source is Captioner<BrowserImage> {
  return typeof source === 'object' && 'caption' in source;
}

/** What a promise gives, or the signal's reason as soon as it is aborted. */
function unless<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
