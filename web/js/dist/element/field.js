/** What makes the element a part of forms, and its attributes properties. */
// Where there is no document, as while a page is rendered on a server, importing must not fail.
const Base = (globalThis.HTMLElement ?? class {
});
/** Kept apart from the elements, so that no page can reach them. */
const inner = new WeakMap();
/** A form-associated element without looks. */
export class Field extends Base {
    static formAssociated = true;
    #disabled = false;
    constructor() {
        super();
        inner.set(this, this.attachInternals());
    }
    /** Address of the picture, where no `<img>` is wrapped. */
    get src() {
        const src = this.getAttribute('src') ?? '';
        return src && URL.canParse(src, this.baseURI) ? new URL(src, this.baseURI).href : src;
    }
    set src(address) {
        this.setAttribute('src', address);
    }
    /** The author's own alt text for `src`; absent where there is none. */
    get alt() {
        return this.getAttribute('alt');
    }
    set alt(text) {
        if (text === null)
            this.removeAttribute('alt');
        else
            this.setAttribute('alt', text);
    }
    /** The name under which a form submits the alt text. */
    get name() {
        return this.getAttribute('name') ?? '';
    }
    set name(name) {
        this.setAttribute('name', name);
    }
    /** Whether nothing is asked before somebody presses the button or calls `suggest`. */
    get manual() {
        return this.hasAttribute('manual');
    }
    set manual(manual) {
        this.toggleAttribute('manual', manual);
    }
    /** Whether a form may only be sent once an alt text stands. */
    get required() {
        return this.hasAttribute('required');
    }
    set required(required) {
        this.toggleAttribute('required', required);
    }
    /** Whether nothing can be done, by itself or through a `<fieldset>`. */
    get disabled() {
        return this.#disabled || this.hasAttribute('disabled');
    }
    set disabled(disabled) {
        this.toggleAttribute('disabled', disabled);
    }
    /** The text that a form goes back to: the `value` attribute. */
    get defaultValue() {
        return this.getAttribute('value') ?? '';
    }
    set defaultValue(text) {
        this.setAttribute('value', text);
    }
    get #internals() {
        return internals(this);
    }
    get form() {
        return this.#internals.form;
    }
    get type() {
        return this.localName;
    }
    get validity() {
        return this.#internals.validity;
    }
    get validationMessage() {
        return this.#internals.validationMessage;
    }
    get willValidate() {
        return this.#internals.willValidate;
    }
    checkValidity() {
        return this.#internals.checkValidity();
    }
    reportValidity() {
        return this.#internals.reportValidity();
    }
    formDisabledCallback(disabled) {
        this.#disabled = disabled;
        this.changed();
    }
    formStateRestoreCallback(state) {
        if (typeof state === 'string')
            this.value = state;
    }
    /** Takes over what was set on the element before it was defined. */
    adopt(names) {
        for (const name of names) {
            const before = Object.getOwnPropertyDescriptor(this, name);
            if (!before)
                continue;
            Reflect.deleteProperty(this, name);
            Reflect.set(this, name, before.value);
        }
    }
}
/** Shows a state to style sheets, and to those who read attributes. */
export function mark(host, state) {
    if (host.getAttribute('state') === state)
        return;
    host.setAttribute('state', state);
    // Browsers before 2024 know other names, or none.
    const { states } = internals(host);
    if (!states || !CSS.supports('selector(:state(a))'))
        return;
    states.clear();
    states.add(state);
}
/** Tells the form what to submit and what is missing; `place` is where the browser says so. */
export function report(host, text, missing, place) {
    const form = internals(host);
    form.setFormValue(text);
    if (missing)
        form.setValidity({ valueMissing: true }, missing, place);
    else
        form.setValidity({});
}
function internals(host) {
    const found = inner.get(host);
    if (!found)
        throw new TypeError('not a show-tell element');
    return found;
}
