// A note of ours on somebody else's page: out of reach of its styles, above all else, and easily sent away.

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host {
  all: initial !important;
  color-scheme: light dark !important;
  position: absolute !important;
  inset: auto !important;
  left: var(--left) !important;
  top: var(--top) !important;
  display: block !important;
  width: max-content !important;
  max-width: min(26rem, 100vw - 1rem) !important;
}
:host(:not(:popover-open)) { display: none !important; }
:host(.corner) { position: fixed !important; left: auto !important; top: auto !important; right: 0.5rem !important; bottom: 0.5rem !important; }
section {
  padding: 0.7rem 0.9rem 0.8rem;
  border: 1px solid light-dark(#d8d2c7, #38444a);
  border-radius: 12px;
  background: light-dark(#fffdf9, #1c2326);
  color: light-dark(#23282b, #ece8e1);
  box-shadow: 0 4px 18px rgb(0 0 0 / 0.25);
  font: 16px/1.45 system-ui, sans-serif;
}
section:focus { outline: none; }
h2 { margin: 0 0 0.15rem; font-size: 0.8rem; font-weight: 600; color: light-dark(#0b5d6b, #7fd0da); }
p { margin: 0; overflow-wrap: anywhere; }
.note { font-size: 0.85rem; color: light-dark(#596165, #a9b4b7); }
.actions { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-top: 0.6rem; }
button {
  min-height: 2rem;
  padding: 0.2rem 0.8rem;
  border: 1px solid light-dark(#8a8378, #77868c);
  border-radius: 8px;
  background: none;
  color: inherit;
  font: inherit;
  font-size: 0.9rem;
  cursor: pointer;
}
button:hover { border-color: currentcolor; color: light-dark(#0b5d6b, #7fd0da); }
:focus-visible { outline: 3px solid light-dark(#0b5d6b, #7fd0da); outline-offset: 2px; }
[hidden] { display: none; }
`);

/** One note at a time. */
let shown;

/**
 * A note with a text, buttons and a way to close it, which Escape does as well. What it says is read out
 * politely.
 */
export class Bubble {
  #host = make('showtell-bubble', { popover: 'manual' });
  #root = this.#host.attachShadow({ mode: 'open' });
  #section = make('section', { role: 'dialog', 'aria-labelledby': 'title', tabindex: '-1' });
  #title = make('h2', { id: 'title' });
  #text = make('p', {});
  #note = make('p', { class: 'note' });
  #actions = make('div', { class: 'actions' });
  #before;

  /** Beneath an image, or in a corner of the window. */
  constructor(image) {
    shown?.close();
    shown = this;
    this.title('Showtell');
    const said = make('div', { 'aria-live': 'polite' });
    said.append(this.#text, this.#note);
    this.#section.append(this.#title, said, this.#actions);
    this.offer('Close', () => this.close());
    this.#section.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      // The page's own dialogs stay.
      event.stopPropagation();
      this.close();
    });
    this.#root.adoptedStyleSheets = [SHEET];
    this.#root.append(this.#section);
    // Outside of what the page's styles and scripts look at.
    document.documentElement.append(this.#host);
    this.#host.showPopover();
    if (image) this.#place(image);
    else this.#host.classList.add('corner');
  }

  /** Shows something that is not read out. */
  title(text) {
    this.#title.textContent = text;
  }

  /** Says something, with a remark beneath. */
  say(text, note = '') {
    // What is set anew is read out anew.
    if (this.#text.textContent !== text) this.#text.textContent = text;
    if (this.#note.textContent !== note) this.#note.textContent = note;
    this.#note.hidden = note === '';
  }

  /** Adds a button before the others. */
  offer(word, act) {
    const button = make('button', { type: 'button' });
    button.textContent = word;
    button.addEventListener('click', act);
    this.#actions.prepend(button);
  }

  /** Takes the focus, which goes back when the note is closed. */
  focus() {
    this.#before = document.activeElement;
    this.#section.focus({ preventScroll: true });
  }

  /** Is not there while something else is done, such as taking a picture of the page. */
  async without(work) {
    const focused = this.#root.activeElement !== null;
    this.#host.hidePopover();
    // Until the browser has drawn the page without it.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    try {
      return await work();
    } finally {
      if (shown === this) this.#host.showPopover();
      if (focused) this.#section.focus({ preventScroll: true });
    }
  }

  close() {
    if (shown === this) shown = undefined;
    const within = this.#root.activeElement !== null;
    this.#host.remove();
    if (within) this.#before?.focus({ preventScroll: true });
  }

  /** Beneath the image as far as the window has room, and scrolled with it. */
  #place(image) {
    const { left, bottom } = image.getBoundingClientRect();
    const { width, height } = this.#section.getBoundingClientRect();
    const gap = 8;
    const x = Math.max(gap, Math.min(left, innerWidth - width - gap));
    const y = Math.max(gap, Math.min(bottom + gap, innerHeight - height - gap));
    this.#host.style.setProperty('--left', `${x + scrollX}px`);
    this.#host.style.setProperty('--top', `${y + scrollY}px`);
  }
}

function make(name, attributes) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
