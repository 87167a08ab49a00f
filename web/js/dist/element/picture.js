/** The picture that an element stands around: which it is, what its author says of it, and its alt text. */
import { fileName, origin, same } from '../page/arrival.js';
import { purpose, WORDS } from '../page/purpose.js';
/** What an image's `data-alt-source` says. A text that a person wrote alone carries no mark. */
const MARKS = {
    suggested: 'showtell',
    edited: 'showtell-edited',
    written: undefined,
    decorative: undefined,
};
/** The `<img>` inside the element, or the one that the element has made for its `src`. */
export class Picture {
    host;
    own;
    /** The image, where there is one that names a file. */
    image = null;
    #files = [];
    /** What was put on the image by us, so that it is never taken for an author's. */
    #placed = null;
    #observer;
    /** `own` is the image for `src`; `changed` is called when something has happened to the picture. */
    constructor(host, own, changed) {
        this.host = host;
        this.own = own;
        this.#observer = new MutationObserver(changed);
    }
    /** Starts to watch what the page does with the image. */
    watch() {
        const attributeFilter = ['src', 'srcset', 'href', ...WORDS];
        this.#observer.observe(this.host, { childList: true, subtree: true, attributes: true, attributeFilter });
    }
    unwatch() {
        this.#observer.disconnect();
    }
    /** Finds the image anew. `other` means that what was known about it is void. */
    look() {
        this.#dress();
        const wrapped = this.host.querySelector('img');
        this.own.hidden = wrapped !== null || !this.own.hasAttribute('src');
        const found = wrapped ?? this.own;
        const image = found.hasAttribute('src') || found.hasAttribute('srcset') ? found : null;
        const files = image ? origin(image) : [];
        const before = this.image;
        this.image = image;
        if (!before && !image)
            return 'same';
        if (before && image && same(files, this.#files)) {
            // A framework has drawn the same picture again: what was accepted for it goes on it.
            if (before !== image && this.#placed && !image.hasAttribute('alt'))
                this.#put(this.#placed);
            return 'same';
        }
        this.#files = files;
        // A text for the picture of before is wrong for this one. An image that has left keeps its text.
        if (before && before === image)
            this.remove();
        this.#placed = null;
        return 'other';
    }
    /** What the picture is for. What we put on it does not count as its author's word. */
    purpose() {
        const { image } = this;
        if (!image || this.placed !== null)
            return 'open';
        this.#disown();
        if (image !== this.own || image.hasAttribute('alt'))
            return purpose(image);
        // What surrounds the element surrounds its own image.
        return purpose(this.host);
    }
    /** The text that we put on the image, if it is still there. */
    get placed() {
        const text = this.#placed?.text;
        return text !== undefined && this.image?.getAttribute('alt') === text ? text : null;
    }
    /** The alt text that stands, whoever gave it. */
    get alt() {
        return this.image?.getAttribute('alt') ?? null;
    }
    /** The file's name, where it has one. */
    get name() {
        return this.image ? fileName(this.image) : undefined;
    }
    /** Puts a text on the image that a person has accepted. */
    place(text, source) {
        this.#put({ text, source });
    }
    /** Takes away what was put there, unless somebody has changed it since. */
    remove() {
        if (this.placed !== null)
            this.image?.removeAttribute('alt');
        this.#disown();
    }
    #put(placed) {
        const { image } = this;
        if (!image)
            return;
        this.#placed = placed;
        image.alt = placed.text;
        const mark = MARKS[placed.source];
        if (mark)
            image.dataset['altSource'] = mark;
        else
            delete image.dataset['altSource'];
    }
    /** Somebody else's text carries no mark of ours. */
    #disown() {
        if (!this.#placed)
            return;
        this.#placed = null;
        delete this.image?.dataset['altSource'];
    }
    /** Gives the own image what the element's attributes say. */
    #dress() {
        const src = this.host.getAttribute('src');
        if (src !== this.own.getAttribute('src')) {
            if (src === null)
                this.own.removeAttribute('src');
            else
                this.own.src = src;
        }
        const alt = this.host.getAttribute('alt');
        if (alt !== null) {
            if (this.own.alt !== alt || !this.own.hasAttribute('alt'))
                this.own.alt = alt;
        }
        else if (this.#placed === null || this.own !== this.image)
            this.own.removeAttribute('alt');
    }
}
