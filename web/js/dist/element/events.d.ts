/** What the element tells its page. All events bubble and leave shadow trees. */
import type { Caption } from '../types.js';
/** Where a picture stands. */
export type State = 
/** There is no picture. */
'empty'
/** An author has given an alt text, or has said that the picture is decorative. */
 | 'given'
/** There is no alt text, and nobody has been asked. */
 | 'missing'
/** The captioner is looking, or will when its turn comes. */
 | 'working'
/** A suggestion waits for a decision. */
 | 'suggested'
/** The captioner cannot describe this picture. */
 | 'unable'
/** A person has accepted a text, and the picture has it. */
 | 'accepted'
/** A person has rejected the suggestion. */
 | 'rejected'
/** There is no suggestion: `error` says why. */
 | 'failed';
/** Where an accepted text comes from. */
export type TextSource = 
/** The suggestion as it was. */
'suggested'
/** The suggestion, changed by a person. */
 | 'edited'
/** A person. */
 | 'written'
/** A person has said that there is nothing to say: the text is empty. */
 | 'decorative';
/** The `detail` of every event. */
export interface Details {
    /** A suggestion has come. Cancelled, it is not shown. */
    'showtell-suggest': {
        image: HTMLImageElement;
        caption: Caption;
    };
    /** A person has accepted a text. Cancelled, the picture does not get it. */
    'showtell-accept': {
        image: HTMLImageElement;
        text: string;
        source: TextSource;
        caption: Caption | null;
    };
    /** A person has rejected the suggestion. */
    'showtell-reject': {
        image: HTMLImageElement;
        caption: Caption;
    };
    /** There is no suggestion. The errors are those of `load` and of `Captioner.caption`. */
    'showtell-error': {
        image: HTMLImageElement;
        error: Error;
    };
    /**
     * A suggestion or an accepted text is gone: the picture has become another one, an author has given
     * an alt text meanwhile, or a person has taken it back. `text` is what was lost, a draft included.
     */
    'showtell-withdraw': {
        image: HTMLImageElement;
        text: string;
        why: 'changed' | 'given' | 'undone';
    };
}
declare global {
    interface HTMLElementEventMap {
        'showtell-suggest': CustomEvent<Details['showtell-suggest']>;
        'showtell-accept': CustomEvent<Details['showtell-accept']>;
        'showtell-reject': CustomEvent<Details['showtell-reject']>;
        'showtell-error': CustomEvent<Details['showtell-error']>;
        'showtell-withdraw': CustomEvent<Details['showtell-withdraw']>;
    }
}
/** Tells the page. Returns whether nobody objected. */
export declare function tell<Name extends keyof Details>(host: EventTarget, name: Name, detail: Details[Name]): boolean;
