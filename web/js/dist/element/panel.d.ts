/** What a person sees and presses: the shadow tree of the element. It decides nothing. */
import type { Caption } from '../types.js';
import type { Labels } from './labels.js';
import type { State } from './events.js';
/** What a person can do. */
export type Action = 'accept' | 'save' | 'suggest' | 'restore' | 'stop' | 'edit' | 'reject' | 'cancel' | 'undo' | 'decorative';
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
/** The shadow tree. */
export declare class Panel {
    #private;
    private readonly root;
    private readonly act;
    /** Stands in for a wrapped image where the element has a `src`. */
    readonly image: HTMLImageElement;
    /** `act` hears what is pressed. */
    constructor(root: ShadowRoot, act: (action: Action) => void);
    /** What is being written. */
    get draft(): string;
    set draft(text: string);
    /** What can be pressed first: the place for the focus, and for the browser's own messages. */
    get first(): HTMLElement | undefined;
    /** Shows the state of things. The focus is kept inside where its place has gone. */
    show(view: View): void;
    /** Has something read out. */
    say(text: string): void;
    /** Says that a text is wanted, and leaves the focus where it can be written. */
    demand(): void;
}
/** The words that go before a text that may be wrong; none before one that is told plainly. */
export declare function doubt(labels: Labels, { rung, trust }: Caption): string;
