/** Characters above which a text is noted as long: some screen readers part texts there. */
export declare const LONG = 125;
/** Characters above which a text is too long to be heard in one go. */
export declare const TOO_LONG = 200;
/** What could be better about an alt text. `{count}` is a number. */
export declare const REMARKS: {
    readonly empty: "There is no text yet.";
    readonly long: "{count} characters: most alt texts do with 125.";
    readonly tooLong: "{count} characters: too long. Put details beside the image instead.";
};
/** Below this probability, a sentence that is told as it is is only fairly sure. */
export declare const FAIR = 0.3;
/** What goes before a sentence that may be so. */
export declare const PERHAPS = "Perhaps";
/** What goes before a thing that the picture may show. */
export declare const MAY_SHOW = "May show";
/** What is told when nothing can be. */
export declare const NOTHING = "I cannot describe this picture well.";
/** How often a worker may break over one picture, or in a row without having captioned any. */
export declare const CHANCES = 2;
/** Milliseconds that a worker may say nothing while it is at a picture. */
export declare const PATIENCE = 300000;
