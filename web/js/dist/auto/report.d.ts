/** What a run of `autoAlt` says about the images it found. */
import type { Caption } from '../types.js';
import type { ImageErrorCode } from '../errors.js';
/** Why an image got no alt text. */
export type Reason = 
/** An author has named it. */
'given'
/** An author has said that it adds nothing, `alt=""` for one. */
 | 'decorative'
/** A link or a control is named by it: an alt text has to say where it leads or what it does. */
 | 'functional'
/** It stands in a `<show-tell>`, where a person decides. */
 | 'element'
/** It has a text from an earlier run. */
 | 'earlier'
/** Another run is seeing to it. */
 | 'claimed'
/** `filter` has said no. */
 | 'filtered'
/** Smaller than `minSize`: a spacer, a tracker or an icon. */
 | 'tiny'
/** Not drawn by the browser. */
 | 'hidden'
/** `limit` was reached. */
 | 'limit'
/** The captioner cannot describe it. */
 | 'unable'
/** The captioner is less sure than `minConfidence` asks for, or cannot tell how sure it is. */
 | 'unsure'
/** It has left the page, or the part of it that was asked for. */
 | 'removed'
/** Its file was exchanged again and again. */
 | 'changed'
/** The run was stopped before its turn. */
 | 'stopped'
/** Its text was taken back by `undo`. */
 | 'undone'
/** There is no captioner: `error` says why. */
 | 'captioner'
/** The picture itself: `error` has the same code. */
 | ImageErrorCode;
/** What became of one image. */
export interface Entry {
    readonly image: HTMLImageElement | HTMLInputElement;
    /** `waiting`: not in view yet, or in the queue. */
    readonly outcome: 'waiting' | 'filled' | 'skipped';
    /** Why it was skipped. */
    readonly reason?: Reason;
    /** The alt text it got. */
    readonly alt?: string;
    /** What the captioner said, also where that was not good enough. */
    readonly caption?: Caption;
    readonly error?: Error;
}
/** What a run has done so far. */
export interface Report {
    /** Images seen, whatever became of them: the sum of the next three. */
    readonly found: number;
    readonly filled: number;
    readonly skipped: number;
    readonly waiting: number;
    /** How many were skipped for each reason. */
    readonly reasons: Readonly<Partial<Record<Reason, number>>>;
    /** One entry for each image, in the order in which they were found. */
    readonly entries: readonly Entry[];
    /** Why the run has ended early: the captioner could not be loaded, or has broken down. */
    readonly error?: Error;
}
/** Adds entries up. */
export declare function add(entries: readonly Entry[], error: Error | undefined): Report;
