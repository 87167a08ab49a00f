/** The picture that an element stands around: which it is, what its author says of it, and its alt text. */
import type { Purpose } from '../page/purpose.js';
import type { TextSource } from './events.js';
/** What has become of the picture since the last look. */
export type Change = 'same' | 'other';
/** The `<img>` inside the element, or the one that the element has made for its `src`. */
export declare class Picture {
    #private;
    private readonly host;
    private readonly own;
    /** The image, where there is one that names a file. */
    image: HTMLImageElement | null;
    /** `own` is the image for `src`; `changed` is called when something has happened to the picture. */
    constructor(host: HTMLElement, own: HTMLImageElement, changed: () => void);
    /** Starts to watch what the page does with the image. */
    watch(): void;
    unwatch(): void;
    /** Finds the image anew. `other` means that what was known about it is void. */
    look(): Change;
    /** What the picture is for. What we put on it does not count as its author's word. */
    purpose(): Purpose;
    /** The text that we put on the image, if it is still there. */
    get placed(): string | null;
    /** The alt text that stands, whoever gave it. */
    get alt(): string | null;
    /** The file's name, where it has one. */
    get name(): string | undefined;
    /** Puts a text on the image that a person has accepted. */
    place(text: string, source: TextSource): void;
    /** Takes away what was put there, unless somebody has changed it since. */
    remove(): void;
}
