// What this package says and measures as the page and the command line do. Written by a test of
// web/protocol/src/rules.rs from what those say: change that, and run the test.

/** Characters above which a text is noted as long: some screen readers part texts there. */
export const LONG = 125;

/** Characters above which a text is too long to be heard in one go. */
export const TOO_LONG = 200;

/** What could be better about an alt text. `{count}` is a number. */
export const REMARKS = {
  empty: 'There is no text yet.',
  long: '{count} characters: most alt texts do with 125.',
  tooLong: '{count} characters: too long. Put details beside the image instead.',
} as const;

/** Below this probability, a sentence that is told as it is is only fairly sure. */
export const FAIR = 0.3;

/** What goes before a sentence that may be so. */
export const PERHAPS = 'Perhaps';

/** What goes before a thing that the picture may show. */
export const MAY_SHOW = 'May show';

/** What is told when nothing can be. */
export const NOTHING = 'I cannot describe this picture well.';

/** How often a worker may break over one picture, or in a row without having captioned any. */
export const CHANCES = 2;

/** Milliseconds that a worker may say nothing while it is at a picture. */
export const PATIENCE = 300000;
