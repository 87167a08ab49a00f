/** Where a picture stands, and what leads from one state to the next. */
import type { Caption } from '../types.js';
import type { State } from './events.js';
import type { Field } from './field.js';
import type { Labels } from './labels.js';
import { Panel } from './panel.js';
import { Picture } from './picture.js';
/** The review of one picture. The element is its face. */
export declare class Review {
    #private;
    private readonly host;
    private readonly words;
    state: State;
    /** The suggestion, also after it has been accepted or rejected. */
    caption: Caption | null;
    error: Error | null;
    /** A text from before there was a picture: the `value` attribute, or a form's memory. */
    initial: string | null;
    readonly panel: Panel;
    readonly picture: Picture;
    /** `words` gives the words of the moment. */
    constructor(host: Field, root: ShadowRoot, words: () => Labels);
    /** The alt text that stands, whoever gave it. */
    get value(): string | null;
    /** Sets the text without asking anybody, unless an author's stands. */
    set value(text: string | null);
    /** Brings everything into line with what the page has made of the picture. */
    settle(): void;
    /** Hears whether the element is in view. */
    see(inView: boolean): void;
    /** Starts by itself where nothing speaks against it. */
    go(): void;
    /** Starts because somebody wants it. */
    suggest(): void;
    /** Gives up what is being asked for, until somebody wants it again. */
    stop(): void;
    /** Gives up what is being asked for; it may start again by itself. */
    pause(): void;
    /** Puts a text on the picture if the page agrees, and says so. Returns whether it has. */
    accept(text?: string | undefined): boolean;
    /** Puts the suggestion aside. */
    reject(): void;
    /** Opens the text for editing: what stands, what is suggested, or nothing. */
    edit(): void;
    /** Goes back to the text that a form began with. */
    reset(text: string | null): void;
    /** Shows how things stand, to people, to style sheets and to the form. */
    show(): void;
}
