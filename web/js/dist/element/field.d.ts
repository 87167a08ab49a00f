/** What makes the element a part of forms, and its attributes properties. */
declare const Base: typeof HTMLElement;
/** A form-associated element without looks. */
export declare abstract class Field extends Base {
    #private;
    static readonly formAssociated = true;
    constructor();
    /** The alt text that stands. */
    abstract get value(): string | null;
    abstract set value(text: string | null);
    /** Called when the form has switched the element off or on. */
    protected abstract changed(): void;
    /** Address of the picture, where no `<img>` is wrapped. */
    get src(): string;
    set src(address: string);
    /** The author's own alt text for `src`; absent where there is none. */
    get alt(): string | null;
    set alt(text: string | null);
    /** The name under which a form submits the alt text. */
    get name(): string;
    set name(name: string);
    /** Whether nothing is asked before somebody presses the button or calls `suggest`. */
    get manual(): boolean;
    set manual(manual: boolean);
    /** Whether a form may only be sent once an alt text stands. */
    get required(): boolean;
    set required(required: boolean);
    /** Whether nothing can be done, by itself or through a `<fieldset>`. */
    get disabled(): boolean;
    set disabled(disabled: boolean);
    /** The text that a form goes back to: the `value` attribute. */
    get defaultValue(): string;
    set defaultValue(text: string);
    get form(): HTMLFormElement | null;
    get type(): string;
    get validity(): ValidityState;
    get validationMessage(): string;
    get willValidate(): boolean;
    checkValidity(): boolean;
    reportValidity(): boolean;
    formDisabledCallback(disabled: boolean): void;
    formStateRestoreCallback(state: unknown): void;
    /** Takes over what was set on the element before it was defined. */
    protected adopt(names: readonly string[]): void;
}
/** Shows a state to style sheets, and to those who read attributes. */
export declare function mark(host: Field, state: string): void;
/** Tells the form what to submit and what is missing; `place` is where the browser says so. */
export declare function report(host: Field, text: string | null, missing: string, place?: HTMLElement): void;
export {};
