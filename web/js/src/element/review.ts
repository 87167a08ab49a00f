/** Where a picture stands, and what leads from one state to the next. */

import type { Caption } from '../types.js';
import { tell } from './events.js';
import type { Details, State, TextSource } from './events.js';
import { mark, report } from './field.js';
import type { Field } from './field.js';
import { Job } from './job.js';
import { fill } from './labels.js';
import type { Labels } from './labels.js';
import { doubt, Panel } from './panel.js';
import type { Action } from './panel.js';
import { Picture } from './picture.js';

/** The review of one picture. The element is its face. */
export class Review {
  state: State = 'empty';
  /** The suggestion, also after it has been accepted or rejected. */
  caption: Caption | null = null;
  error: Error | null = null;
  /** A text from before there was a picture: the `value` attribute, or a form's memory. */
  initial: string | null = null;
  readonly panel: Panel;
  readonly picture: Picture;
  #text: string | null = null;
  #editing = false;
  #job: Job | null = null;
  #progress = '';
  #visible = false;
  /** A person has stopped the work or taken a text back: nothing starts by itself. */
  #calm = false;

  /** `words` gives the words of the moment. */
  constructor(
    private readonly host: Field,
    root: ShadowRoot,
    private readonly words: () => Labels,
  ) {
    this.panel = new Panel(root, (action) => this.#act(action));
    this.picture = new Picture(host, this.panel.image, () => this.settle());
  }

  /** The alt text that stands, whoever gave it. */
  get value(): string | null {
    if (this.state === 'empty') return this.initial;
    return this.state === 'given' || this.state === 'accepted' ? this.picture.alt : null;
  }

  /** Sets the text without asking anybody, unless an author's stands. */
  set value(text: string | null) {
    this.settle();
    if (this.state === 'empty') this.initial = text;
    else if (this.state === 'given') return;
    else if (text === null) this.#back();
    else this.#place(text, this.#source(text));
  }

  /** Brings everything into line with what the page has made of the picture. */
  settle(): void {
    if (!this.host.isConnected) return;
    const before = this.picture.image;
    if (this.picture.look() === 'other') {
      this.#drop(before, 'changed');
      this.#calm = false;
      this.#enter(this.picture.image ? 'missing' : 'empty');
    }
    if (!this.picture.image) return this.show();
    const purpose = this.picture.purpose();
    if (purpose === 'given' || purpose === 'decorative') {
      if (this.state !== 'given') this.#drop(this.picture.image, 'given');
      this.#enter('given');
    } else if (this.initial !== null) {
      this.#place(this.initial, 'written');
    } else if (this.state === 'given') {
      this.#enter('missing');
    } else if (this.state === 'accepted' && this.picture.placed === null) {
      // The page has taken the text away again.
      this.#drop(this.picture.image, 'undone');
      this.#enter('missing');
    } else {
      this.show();
    }
    this.initial = null;
    this.go();
  }

  /** Hears whether the element is in view. */
  see(inView: boolean): void {
    this.#visible = inView;
    // Those in view come first; who has not had its turn can wait until it is seen again.
    if (!inView && !this.#job?.begun && !this.#job?.asked) this.pause();
    this.go();
  }

  /** Starts by itself where nothing speaks against it. */
  go(): void {
    const { manual, disabled } = this.host;
    const idle = this.state === 'missing' && !this.#editing && !this.#calm;
    if (!idle || !this.#visible || manual || disabled || this.picture.purpose() === 'functional') return;
    void this.#work(false);
  }

  /** Starts because somebody wants it. */
  suggest(): void {
    this.settle();
    if (['empty', 'given', 'accepted'].includes(this.state) || this.host.disabled) return;
    if (this.#job) this.#job.asked = true;
    else void this.#work(true);
  }

  /** Gives up what is being asked for, until somebody wants it again. */
  stop(): void {
    if (this.#job) this.#calm = true;
    this.pause();
  }

  /** Gives up what is being asked for; it may start again by itself. */
  pause(): void {
    if (!this.#job) return;
    this.#abort();
    this.#enter('missing');
  }

  /** Puts a text on the picture if the page agrees, and says so. Returns whether it has. */
  accept(text: string | undefined = this.caption?.text): boolean {
    this.settle();
    const { image } = this.picture;
    if (!image || this.state === 'given' || text === undefined) return false;
    const source = this.#source(text);
    if (!tell(this.host, 'showtell-accept', { image, text, source, caption: this.caption })) return false;
    this.#place(text, source);
    const { saidAccepted, saidDecorative } = this.words();
    this.#say(text ? saidAccepted : saidDecorative, { text });
    this.host.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  }

  /** Puts the suggestion aside. */
  reject(): void {
    const { image } = this.picture;
    if (!image || !this.caption || this.state !== 'suggested') return;
    this.#editing = false;
    this.#enter('rejected');
    this.#say(this.words().saidRejected);
    tell(this.host, 'showtell-reject', { image, caption: this.caption });
  }

  /** Opens the text for editing: what stands, what is suggested, or nothing. */
  edit(): void {
    this.settle();
    if (this.host.disabled || ['empty', 'given', 'working'].includes(this.state)) return;
    this.panel.draft = this.#text ?? this.caption?.text ?? '';
    this.#editing = true;
    this.show();
  }

  /** Goes back to the text that a form began with. */
  reset(text: string | null): void {
    this.initial = text;
    this.#editing = false;
    this.#back();
    this.settle();
  }

  /** Shows how things stand, to people, to style sheets and to the form. */
  show(): void {
    const { state, caption, host } = this;
    this.panel.show({
      state,
      labels: this.words(),
      name: this.#name,
      text: this.#text ?? caption?.text ?? '',
      caption,
      reason: this.#reason,
      progress: this.#progress,
      functional: state !== 'empty' && this.picture.purpose() === 'functional',
      disabled: host.disabled,
      editing: this.#editing,
    });
    mark(host, state);
    const missing = host.required && !['empty', 'given', 'accepted'].includes(state);
    const text = state === 'empty' ? null : this.value;
    report(host, text, missing ? this.words().required : '', this.panel.first);
  }

  get #name(): string {
    return this.picture.name ?? this.words().picture;
  }

  get #reason(): string {
    const { crossOrigin, broken } = this.words();
    const code = (this.error as { code?: string } | null)?.code;
    return code === 'cross-origin' ? crossOrigin : code === 'broken' ? broken : (this.error?.message ?? '');
  }

  #source(text: string): TextSource {
    if (text === '') return 'decorative';
    if (!this.caption) return 'written';
    return text === this.caption.text ? 'suggested' : 'edited';
  }

  #say(label: string, values: Record<string, string> = {}): void {
    this.panel.say(fill(label, { name: this.#name, ...values }));
  }

  async #work(asked: boolean): Promise<void> {
    const { image } = this.picture;
    if (!image) return;
    const job = new Job(asked);
    this.#job = job;
    this.error = null;
    this.#enter('working', this.words().waiting);
    try {
      const caption = await job.run(image, this.host.text, this.words, (line) => this.#enter('working', line));
      // What the page did in this very moment counts already.
      this.settle();
      if (!job.aborted) this.#receive(caption);
    } catch (error) {
      if (!job.aborted) this.#fail(image, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #receive(caption: Caption): void {
    // Not always the image that was asked about: it may have been drawn anew meanwhile.
    const { image } = this.picture;
    if (!image) return;
    this.#job = null;
    const unable = caption.trust === 'unable';
    this.caption = unable ? null : caption;
    const shown = tell(this.host, 'showtell-suggest', { image, caption });
    // A listener may have decided already.
    if (this.state !== 'working') return;
    this.#enter(unable ? 'unable' : shown ? 'suggested' : 'rejected');
    const words = this.words();
    const { saidFailed, saidSuggestion, unable: reason } = words;
    const doubted = doubt(words, caption);
    const text = doubted ? `${doubted}: ${caption.text}` : caption.text;
    if (unable) this.#say(saidFailed, { reason });
    else if (shown) this.#say(saidSuggestion, { text });
  }

  #fail(image: HTMLImageElement, error: Error): void {
    this.#job = null;
    this.error = error;
    this.#enter('failed');
    this.#say(this.words().saidFailed, { reason: this.#reason });
    tell(this.host, 'showtell-error', { image, error });
  }

  #abort(): void {
    this.#job?.abort();
    this.#job = null;
  }

  /** Lets go of all that was known, and tells the page what is lost by it. */
  #drop(image: HTMLImageElement | null, why: Details['showtell-withdraw']['why']): void {
    this.#abort();
    const shown = this.state === 'suggested' ? this.caption?.text : undefined;
    const text = this.#editing ? this.panel.draft : (this.#text ?? shown);
    this.caption = null;
    this.error = null;
    this.#text = null;
    this.#editing = false;
    if (image && text) tell(this.host, 'showtell-withdraw', { image, text, why });
  }

  #place(text: string, source: TextSource): void {
    this.#abort();
    this.initial = null;
    this.#editing = false;
    this.#text = text;
    this.picture.place(text, source);
    this.#enter('accepted');
  }

  /** Takes the accepted text off the picture, if there is one. */
  #back(): void {
    if (this.state === 'accepted') this.picture.remove();
    this.#text = null;
    if (this.state === 'accepted' || this.state === 'rejected') this.#enter(this.caption ? 'suggested' : 'missing');
  }

  #undo(): void {
    const { image } = this.picture;
    const text = this.#text;
    if (!image || text === null) return;
    this.#calm = true;
    this.#back();
    this.#say(this.words().saidUndone);
    tell(this.host, 'showtell-withdraw', { image, text, why: 'undone' });
    this.host.dispatchEvent(new Event('change', { bubbles: true }));
  }

  #act(action: Action): void {
    if (action === 'save') {
      const text = this.panel.draft.trim().replace(/\s+/g, ' ');
      if (text) this.accept(text);
      else this.panel.demand();
    } else if (action === 'cancel') {
      this.#editing = false;
      this.show();
    } else if (action === 'restore') this.#enter('suggested');
    else if (action === 'decorative') this.accept('');
    else if (action === 'undo') this.#undo();
    else this[action]();
  }

  #enter(state: State, line = ''): void {
    this.state = state;
    this.#progress = line;
    this.show();
  }
}
