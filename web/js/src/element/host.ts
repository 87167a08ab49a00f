/** `<show-tell>`: suggests an alt text for a picture and leaves the decision to a person. */

import { watchSight } from '../page/sight.js';
import type { Caption } from '../types.js';
import type { State } from './events.js';
import { Field } from './field.js';
import { ENGLISH } from './labels.js';
import type { Labels } from './labels.js';
import { Review } from './review.js';

/** Properties that a page may have set before the element was defined. */
const PROPERTIES = ['src', 'alt', 'name', 'manual', 'text', 'required', 'disabled', 'defaultValue', 'value', 'labels'];

/**
 * The element. Wrap an `<img>` in it or give it a `src`. While the picture has no alt text and is in
 * view, a suggestion is asked for; only a text that a person accepts becomes the picture's alt text.
 * What an author has said, `alt=""` included, is never touched.
 */
export class ShowTell extends Field {
  static readonly observedAttributes = ['src', 'alt', 'manual', 'required'];

  /** Words for all elements of the page; `labels` of one element goes before. */
  static labels: Partial<Labels> = {};

  readonly #review: Review;
  #labels: Partial<Labels> = {};
  #begun = false;
  #leave: (() => void) | null = null;

  constructor() {
    super();
    const words = (): Labels => ({ ...ENGLISH, ...ShowTell.labels, ...this.#labels });
    this.#review = new Review(this, this.attachShadow({ mode: 'open' }), words);
  }

  /** Where the picture stands. Also an attribute, and a state for CSS: `:state(suggested)`. */
  get state(): State {
    return this.#review.state;
  }

  /** The picture, wrapped or made for `src`. */
  get image(): HTMLImageElement | null {
    return this.#review.picture.image;
  }

  /** The suggestion, also after it has been accepted or rejected. */
  get suggestion(): Caption | null {
    return this.#review.caption;
  }

  /** Why there is no suggestion. */
  get error(): Error | null {
    return this.#review.error;
  }

  /**
   * The alt text that stands, an author's included: what a form submits under `name`. `null` where none
   * stands, an empty text for a decorative picture. Setting it is accepting a text, or with `null`
   * taking it back; it does nothing while an author's text stands.
   */
  override get value(): string | null {
    return this.#review.value;
  }

  override set value(text: string | null) {
    this.#review.value = text;
  }

  /** Words in place of the English ones; what is absent is English. */
  get labels(): Partial<Labels> {
    return this.#labels;
  }

  set labels(labels: Partial<Labels>) {
    this.#labels = labels;
    if (this.#begun) this.#review.show();
  }

  /** Asks for a suggestion now, in view or not. Does nothing where an alt text stands. */
  suggest(): void {
    this.#review.suggest();
  }

  /** Gives up what is being asked for. */
  stop(): void {
    this.#review.stop();
  }

  /**
   * Accepts a text, by default the suggestion. Returns whether the picture has it now: not where an
   * author's text stands, where there is nothing to accept, or where the page cancels the event.
   */
  accept(text?: string): boolean {
    return this.#review.accept(text);
  }

  /** Rejects the suggestion: the picture stays without alt text. */
  reject(): void {
    this.#review.reject();
  }

  /** Opens the text for editing. */
  edit(): void {
    this.#review.edit();
  }

  /** Puts the focus on what can be done first. */
  override focus(options?: FocusOptions): void {
    const { first } = this.#review.panel;
    if (first?.checkVisibility()) first.focus(options);
    else super.focus(options);
  }

  connectedCallback(): void {
    this.adopt(PROPERTIES);
    // Not in the constructor, where a parser has not set any attributes yet.
    if (!this.#begun) this.#review.initial ??= this.getAttribute('value');
    this.#begun = true;
    this.#leave ??= watchSight(this, (inView) => this.#review.see(inView));
    this.#review.picture.watch();
    this.#review.settle();
  }

  disconnectedCallback(): void {
    this.#leave?.();
    this.#leave = null;
    this.#review.picture.unwatch();
    // What is decided or suggested, and a text being written, are here again when the element is.
    this.#review.see(false);
    this.#review.pause();
  }

  /** Moved with `moveBefore`: everything goes on. */
  connectedMoveCallback(): void {
    this.#review.settle();
  }

  attributeChangedCallback(): void {
    if (this.#begun) this.#review.settle();
  }

  formResetCallback(): void {
    this.#review.reset(this.getAttribute('value'));
  }

  protected override changed(): void {
    if (!this.#begun) return;
    if (this.disabled) this.#review.pause();
    this.#review.show();
    this.#review.go();
  }
}
