/**
 * What an image is for, read from the page around it, after the W3C's
 * [alt decision tree](https://www.w3.org/WAI/tutorials/images/decision-tree/). Whatever an author has
 * said about an image stands.
 */
/** What an image is for, as far as the page says. */
export type Purpose = 
/** An author has named it: `alt`, `aria-label`, `aria-labelledby` or `title`. */
'given'
/** An author has said that it adds nothing: `alt=""`, a role of `none`, `aria-hidden`. */
 | 'decorative'
/** A link or a control has it as its only content: its text has to say what that does. */
 | 'functional'
/** Nobody has said anything: it may show something. */
 | 'open';
/** Attributes of an image that `purpose` reads, for those who watch them. */
export declare const WORDS: string[];
/** What an image is for. */
export declare function purpose(image: Element): Purpose;
