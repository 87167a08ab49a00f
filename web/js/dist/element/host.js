/** `<show-tell>`: suggests an alt text for a picture and leaves the decision to a person. */
import { watchSight } from '../page/sight.js';
import { Field } from './field.js';
import { ENGLISH } from './labels.js';
import { Review } from './review.js';
/** Properties that a page may have set before the element was defined. */
const PROPERTIES = ['src', 'alt', 'name', 'manual', 'required', 'disabled', 'defaultValue', 'value', 'labels'];
/**
 * The element. Wrap an `<img>` in it or give it a `src`. While the picture has no alt text and is in
 * view, a suggestion is asked for; only a text that a person accepts becomes the picture's alt text.
 * What an author has said, `alt=""` included, is never touched.
 */
export class ShowTell extends Field {
    static observedAttributes = ['src', 'alt', 'manual', 'required'];
    /** Words for all elements of the page; `labels` of one element goes before. */
    static labels = {};
    #review;
    #labels = {};
    #begun = false;
    #leave = null;
    constructor() {
        super();
        const words = () => ({ ...ENGLISH, ...ShowTell.labels, ...this.#labels });
        this.#review = new Review(this, this.attachShadow({ mode: 'open' }), words);
    }
    /** Where the picture stands. Also an attribute, and a state for CSS: `:state(suggested)`. */
    get state() {
        return this.#review.state;
    }
    /** The picture, wrapped or made for `src`. */
    get image() {
        return this.#review.picture.image;
    }
    /** The suggestion, also after it has been accepted or rejected. */
    get suggestion() {
        return this.#review.caption;
    }
    /** Why there is no suggestion. */
    get error() {
        return this.#review.error;
    }
    /**
     * The alt text that stands, an author's included: what a form submits under `name`. `null` where none
     * stands, an empty text for a decorative picture. Setting it is accepting a text, or with `null`
     * taking it back; it does nothing while an author's text stands.
     */
    get value() {
        return this.#review.value;
    }
    set value(text) {
        this.#review.value = text;
    }
    /** Words in place of the English ones; what is absent is English. */
    get labels() {
        return this.#labels;
    }
    set labels(labels) {
        this.#labels = labels;
        if (this.#begun)
            this.#review.show();
    }
    /** Asks for a suggestion now, in view or not. Does nothing where an alt text stands. */
    suggest() {
        this.#review.suggest();
    }
    /** Gives up what is being asked for. */
    stop() {
        this.#review.stop();
    }
    /**
     * Accepts a text, by default the suggestion. Returns whether the picture has it now: not where an
     * author's text stands, where there is nothing to accept, or where the page cancels the event.
     */
    accept(text) {
        return this.#review.accept(text);
    }
    /** Rejects the suggestion: the picture stays without alt text. */
    reject() {
        this.#review.reject();
    }
    /** Opens the text for editing. */
    edit() {
        this.#review.edit();
    }
    /** Puts the focus on what can be done first. */
    focus(options) {
        const { first } = this.#review.panel;
        if (first?.checkVisibility())
            first.focus(options);
        else
            super.focus(options);
    }
    connectedCallback() {
        this.adopt(PROPERTIES);
        // Not in the constructor, where a parser has not set any attributes yet.
        if (!this.#begun)
            this.#review.initial ??= this.getAttribute('value');
        this.#begun = true;
        this.#leave ??= watchSight(this, (inView) => this.#review.see(inView));
        this.#review.picture.watch();
        this.#review.settle();
    }
    disconnectedCallback() {
        this.#leave?.();
        this.#leave = null;
        this.#review.picture.unwatch();
        // What is decided or suggested, and a text being written, are here again when the element is.
        this.#review.see(false);
        this.#review.pause();
    }
    /** Moved with `moveBefore`: everything goes on. */
    connectedMoveCallback() {
        this.#review.settle();
    }
    attributeChangedCallback() {
        if (this.#begun)
            this.#review.settle();
    }
    formResetCallback() {
        this.#review.reset(this.getAttribute('value'));
    }
    changed() {
        if (!this.#begun)
            return;
        if (this.disabled)
            this.#review.pause();
        this.#review.show();
        this.#review.go();
    }
}
