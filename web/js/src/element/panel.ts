/** What a person sees and presses: the shadow tree of the element. It decides nothing. */

import { FAIR, LONG, TOO_LONG } from '../rules.js';
import type { Caption } from '../types.js';
import { fill } from './labels.js';
import type { Labels } from './labels.js';
import type { State } from './events.js';
import { looks } from './sheet.js';

/** What a person can do. */
export type Action =
  | 'accept'
  | 'save'
  | 'suggest'
  | 'restore'
  | 'stop'
  | 'edit'
  | 'reject'
  | 'cancel'
  | 'undo'
  | 'decorative';

/** What the panel shows. */
export interface View {
  state: State;
  labels: Labels;
  /** The picture's name, for people. */
  name: string;
  /** What an accepted or suggested text says. */
  text: string;
  caption: Caption | null;
  /** Why there is no suggestion. */
  reason: string;
  /** How far the work has come, in words. */
  progress: string;
  functional: boolean;
  disabled: boolean;
  editing: boolean;
}

type Mode = Exclude<State, 'empty' | 'given'> | 'editing';

/** What can be done when. */
const ACTIONS: Record<Mode, readonly Action[]> = {
  missing: ['suggest', 'edit', 'decorative'],
  working: ['stop'],
  suggested: ['accept', 'edit', 'reject', 'decorative'],
  unable: ['edit', 'decorative'],
  accepted: ['edit', 'undo'],
  rejected: ['restore', 'edit', 'decorative'],
  failed: ['suggest', 'edit', 'decorative'],
  editing: ['save', 'cancel'],
};

/** What stands out, where something is still to be done. */
const MAIN: Partial<Record<Mode, Action>> = {
  missing: 'suggest',
  suggested: 'accept',
  unable: 'edit',
  failed: 'suggest',
  editing: 'save',
};

/** All of them, in the order in which they stand. */
const ORDER: readonly Action[] = [
  ...(['accept', 'save', 'suggest', 'restore', 'stop', 'edit'] as const),
  ...(['reject', 'cancel', 'undo', 'decorative'] as const),
];

/** The shadow tree. */
export class Panel {
  /** Stands in for a wrapped image where the element has a `src`. */
  readonly image = make('img', { part: 'image' });
  readonly #panel = make('div', { part: 'panel', class: 'panel', role: 'group' });
  readonly #status = make('p', { part: 'status', id: 'status' });
  readonly #text = make('p', { part: 'text', id: 'text' });
  readonly #confidence = make('p', { part: 'confidence', class: 'confidence', id: 'confidence' });
  readonly #hint = make('p', { part: 'hint', class: 'hint' });
  readonly #field = make('div', { part: 'field', class: 'field' });
  readonly #label = make('label', { part: 'label', for: 'input' });
  readonly #input = make('textarea', { part: 'input', id: 'input', rows: '2', 'aria-describedby': 'keys remark' });
  readonly #keys = make('span', { part: 'hint', class: 'hint', id: 'keys' });
  readonly #remark = make('span', { part: 'remark', class: 'remark', id: 'remark' });
  readonly #said = make('div', { class: 'said', 'aria-live': 'polite' });
  readonly #buttons = new Map(
    ORDER.map((action) => [action, make('button', { type: 'button', part: `button ${action}` })]),
  );
  #view: View | undefined;

  /** `act` hears what is pressed. */
  constructor(
    private readonly root: ShadowRoot,
    private readonly act: (action: Action) => void,
  ) {
    root.adoptedStyleSheets = [looks()];
    const notes = make('div', { class: 'notes' });
    notes.append(this.#keys, this.#remark);
    this.#field.append(this.#label, this.#input, notes);
    const actions = make('div', { part: 'actions', class: 'actions' });
    actions.append(...this.#buttons.values());
    this.#panel.append(this.#status, this.#text, this.#confidence, this.#hint, this.#field, actions);
    root.append(make('slot', {}), this.image, this.#panel, this.#said);
    for (const [action, button] of this.#buttons) button.addEventListener('click', () => this.act(action));
    this.#input.addEventListener('input', () => this.#lint());
    this.#input.addEventListener('keydown', (event) => this.#press(event));
  }

  /** What is being written. */
  get draft(): string {
    return this.#input.value;
  }

  set draft(text: string) {
    this.#input.value = text;
  }

  /** What can be pressed first: the place for the focus, and for the browser's own messages. */
  get first(): HTMLElement | undefined {
    if (!this.#field.hidden) return this.#input;
    return [...this.#buttons.values()].find((button) => !button.hidden && !button.disabled);
  }

  /** Shows the state of things. The focus is kept inside where its place has gone. */
  show(view: View): void {
    const within = this.root.activeElement;
    const opened = view.editing && !this.#view?.editing;
    this.#view = view;
    const { state, labels, name, text } = view;
    // Whoever hears the page has to know what is under review. An author's image is left as it is.
    if (this.image.hasAttribute('alt')) this.image.removeAttribute('aria-label');
    else this.image.setAttribute('aria-label', fill(labels.image, { name }));
    this.#panel.hidden = state === 'empty' || state === 'given';
    if (state === 'empty' || state === 'given') return;
    const mode: Mode = view.editing ? 'editing' : state;
    this.#panel.setAttribute('aria-label', fill(labels.panel, { name }));
    const { line, look } = status(view);
    write(this.#status, mode === 'editing' ? '' : line);
    this.#status.className = `status ${look}`;
    write(this.#text, mode === 'suggested' || mode === 'accepted' ? text || labels.empty : '');
    this.#text.className = text ? 'text' : 'text soft';
    write(this.#confidence, mode === 'suggested' && view.caption ? confidence(labels, view.caption) : '');
    write(this.#hint, view.functional && state !== 'accepted' ? labels.functional : '');
    this.#field.hidden = mode !== 'editing';
    this.#label.textContent = labels.field;
    this.#keys.textContent = labels.fieldHint;
    this.#input.disabled = view.disabled;
    this.#lint();
    const main = view.functional && mode === 'missing' ? 'edit' : MAIN[mode];
    for (const [action, button] of this.#buttons) {
      button.hidden = !ACTIONS[mode].includes(action);
      button.disabled = view.disabled;
      button.className = action === main ? 'first' : action === 'decorative' ? 'quiet' : '';
      button.textContent = word(labels, action, state, text);
    }
    this.#buttons.get('accept')?.setAttribute('aria-describedby', 'status text confidence');
    if (within instanceof HTMLElement && (opened || !within.checkVisibility())) this.first?.focus();
  }

  /** Has something read out. */
  say(text: string): void {
    this.#said.textContent = text;
  }

  /** Says that a text is wanted, and leaves the focus where it can be written. */
  demand(): void {
    this.#input.setAttribute('aria-invalid', 'true');
    this.#input.focus();
  }

  #press(event: KeyboardEvent): void {
    // Enter and Escape belong to an input method while it composes.
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.preventDefault();
    // Nor may a dialog around the element close.
    event.stopPropagation();
    this.act(event.key === 'Enter' ? 'save' : 'cancel');
  }

  #lint(): void {
    if (!this.#view) return;
    const { labels } = this.#view;
    const text = this.draft.trim();
    const count = [...text].length;
    const label = count > TOO_LONG ? labels.tooLong : count > LONG ? labels.long : labels.characters;
    this.#remark.textContent = count === 0 ? labels.noText : fill(label, { count });
    this.#remark.className = count > TOO_LONG ? 'remark wrong' : 'remark';
    if (count > 0) this.#input.removeAttribute('aria-invalid');
  }
}

function status({ state, labels, caption, reason, progress }: View): { line: string; look: string } {
  switch (state) {
    case 'working':
      return { line: progress, look: 'busy' };
    case 'suggested':
      return { line: (caption && doubt(labels, caption)) || labels.suggestion, look: 'label' };
    case 'unable':
      return { line: labels.unable, look: '' };
    case 'accepted':
      return { line: labels.accepted, look: 'label' };
    case 'rejected':
      return { line: labels.rejected, look: '' };
    case 'failed':
      return { line: fill(labels.failed, { reason }), look: 'wrong' };
    default:
      return { line: labels.missing, look: '' };
  }
}

/** The words that go before a text that may be wrong; none before one that is told plainly. */
export function doubt(labels: Labels, { rung, trust }: Caption): string {
  if (rung === 'thing' || rung === 'broader') return labels.mayShow;
  return trust === 'doubtful' && rung !== 'kind' ? labels.doubtful : '';
}

/** What a button says. */
function word(labels: Labels, action: Action, state: State, text: string): string {
  if (action === 'suggest' && state === 'failed') return labels.retry;
  if (action === 'edit' && !text) return labels.write;
  return labels[action];
}

function confidence(labels: Labels, { calibrated, confidence, trust }: Caption): string {
  if (!calibrated || !Number.isFinite(confidence)) return labels.confidenceUnmeasured;
  const plain = confidence < FAIR ? labels.fair : labels.high;
  const word = trust === 'plain' ? plain : trust === 'doubtful' ? labels.low : labels.none;
  return fill(labels.confidence, { word, percent: Math.round(confidence * 100) });
}

function write(element: HTMLElement, text: string): void {
  element.textContent = text;
  element.hidden = text === '';
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
