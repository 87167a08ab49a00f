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
}
/**
 * Says which captioner this page uses: one that is there already, what to load one with, or a function
 * that gives one when it is first needed. Who waits already is answered by the new one. A captioner that
 * was loaded here is disposed of; one that the page brought is left to the page.
 */
export declare function useCaptioner(source: Source): void;
/**
 * Asks the page's captioner for a caption, after all who asked before: a request that has not begun
 * costs nothing to give up. Rejects with the errors of `load` and of `Captioner.caption`.
 */
export declare function ask(image: BrowserImage, { signal, begun }: Request): Promise<Caption>;
/** Hears how much of the bundle is here until the returned function is called. */
export declare function hear(listener: (progress: Progress) => void): () => void;
/** Takes an image on, unless somebody else has: then `undefined`. The returned function lets it go. */
export declare function claim(image: Element): (() => void) | undefined;
