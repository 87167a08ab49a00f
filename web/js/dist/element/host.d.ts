/** `<show-tell>`: suggests an alt text for a picture and leaves the decision to a person. */
import type { Caption } from '../types.js';
import type { State } from './events.js';
import { Field } from './field.js';
import type { Labels } from './labels.js';
/**
 * The element. Wrap an `<img>` in it or give it a `src`. While the picture has no alt text and is in
 * view, a suggestion is asked for; only a text that a person accepts becomes the picture's alt text.
 * What an author has said, `alt=""` included, is never touched.
 */
export declare class ShowTell extends Field {
    #private;
    static readonly observedAttributes: string[];
    /** Words for all elements of the page; `labels` of one element goes before. */
    static labels: Partial<Labels>;
    constructor();
    /** Where the picture stands. Also an attribute, and a state for CSS: `:state(suggested)`. */
    get state(): State;
    /** The picture, wrapped or made for `src`. */
    get image(): HTMLImageElement | null;
    /** The suggestion, also after it has been accepted or rejected. */
    get suggestion(): Caption | null;
    /** Why there is no suggestion. */
    get error(): Error | null;
    /**
     * The alt text that stands, an author's included: what a form submits under `name`. `null` where none
     * stands, an empty text for a decorative picture. Setting it is accepting a text, or with `null`
     * taking it back; it does nothing while an author's text stands.
     */
    get value(): string | null;
    set value(text: string | null);
    /** Words in place of the English ones; what is absent is English. */
    get labels(): Partial<Labels>;
    set labels(labels: Partial<Labels>);
    /** Asks for a suggestion now, in view or not. Does nothing where an alt text stands. */
    suggest(): void;
    /** Gives up what is being asked for. */
    stop(): void;
    /**
     * Accepts a text, by default the suggestion. Returns whether the picture has it now: not where an
     * author's text stands, where there is nothing to accept, or where the page cancels the event.
     */
    accept(text?: string): boolean;
    /** Rejects the suggestion: the picture stays without alt text. */
    reject(): void;
    /** Opens the text for editing. */
    edit(): void;
    /** Puts the focus on what can be done first. */
    focus(options?: FocusOptions): void;
    connectedCallback(): void;
    disconnectedCallback(): void;
    /** Moved with `moveBefore`: everything goes on. */
    connectedMoveCallback(): void;
    attributeChangedCallback(): void;
    formResetCallback(): void;
    protected changed(): void;
}
