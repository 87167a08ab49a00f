/** What makes the element a part of forms, and its attributes properties. */

// Where there is no document, as while a page is rendered on a server, importing must not fail.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/** Kept apart from the elements, so that no page can reach them. */
const inner = new WeakMap<Element, ElementInternals>();

/** A form-associated element without looks. */
export abstract class Field extends Base {
  static readonly formAssociated = true;

  #disabled = false;

  constructor() {
    super();
    inner.set(this, this.attachInternals());
  }

  /** The alt text that stands. */
  abstract get value(): string | null;
  abstract set value(text: string | null);

  /** Called when the form has switched the element off or on. */
  protected abstract changed(): void;

  /** Address of the picture, where no `<img>` is wrapped. */
  get src(): string {
    const src = this.getAttribute('src') ?? '';
    return src && URL.canParse(src, this.baseURI) ? new URL(src, this.baseURI).href : src;
  }

  set src(address: string) {
    this.setAttribute('src', address);
  }

  /** The author's own alt text for `src`; absent where there is none. */
  get alt(): string | null {
    return this.getAttribute('alt');
  }

  set alt(text: string | null) {
    if (text === null) this.removeAttribute('alt');
    else this.setAttribute('alt', text);
  }

  /** The name under which a form submits the alt text. */
  get name(): string {
    return this.getAttribute('name') ?? '';
  }

  set name(name: string) {
    this.setAttribute('name', name);
  }

  /** Whether nothing is asked before somebody presses the button or calls `suggest`. */
  get manual(): boolean {
    return this.hasAttribute('manual');
  }

  set manual(manual: boolean) {
    this.toggleAttribute('manual', manual);
  }

  /** Whether the words are read of a picture that seems to hold some, and told where they are few, sure and large. */
  get text(): boolean {
    return this.hasAttribute('text');
  }

  set text(text: boolean) {
    this.toggleAttribute('text', text);
  }

  /** Whether a form may only be sent once an alt text stands. */
  get required(): boolean {
    return this.hasAttribute('required');
  }

  set required(required: boolean) {
    this.toggleAttribute('required', required);
  }

  /** Whether nothing can be done, by itself or through a `<fieldset>`. */
  get disabled(): boolean {
    return this.#disabled || this.hasAttribute('disabled');
  }

  set disabled(disabled: boolean) {
    this.toggleAttribute('disabled', disabled);
  }

  /** The text that a form goes back to: the `value` attribute. */
  get defaultValue(): string {
    return this.getAttribute('value') ?? '';
  }

  set defaultValue(text: string) {
    this.setAttribute('value', text);
  }

  get #internals(): ElementInternals {
    return internals(this);
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  get type(): string {
    return this.localName;
  }

  get validity(): ValidityState {
    return this.#internals.validity;
  }

  get validationMessage(): string {
    return this.#internals.validationMessage;
  }

  get willValidate(): boolean {
    return this.#internals.willValidate;
  }

  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }

  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  formDisabledCallback(disabled: boolean): void {
    this.#disabled = disabled;
    this.changed();
  }

  formStateRestoreCallback(state: unknown): void {
    if (typeof state === 'string') this.value = state;
  }

  /** Takes over what was set on the element before it was defined. */
  protected adopt(names: readonly string[]): void {
    for (const name of names) {
      const before = Object.getOwnPropertyDescriptor(this, name);
      if (!before) continue;
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, before.value);
    }
  }
}

/** Shows a state to style sheets, and to those who read attributes. */
export function mark(host: Field, state: string): void {
  if (host.getAttribute('state') === state) return;
  host.setAttribute('state', state);
  // Browsers before 2024 know other names, or none.
  const { states } = internals(host);
  if (!states || !CSS.supports('selector(:state(a))')) return;
  states.clear();
  states.add(state);
}

/** Tells the form what to submit and what is missing; `place` is where the browser says so. */
export function report(host: Field, text: string | null, missing: string, place?: HTMLElement): void {
  const form = internals(host);
  form.setFormValue(text);
  if (missing) form.setValidity({ valueMissing: true }, missing, place);
  else form.setValidity({});
}

function internals(host: Field): ElementInternals {
  const found = inner.get(host);
  if (!found) throw new TypeError('not a show-tell element');
  return found;
}
