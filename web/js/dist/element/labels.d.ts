/** Every word that the element shows or says, so that a page can have it in its own language. */
/** The words. What stands in braces is filled in. */
export interface Labels {
    /** Names the controls: `{name}` is the picture's file name. */
    panel: string;
    /** Names a picture made for `src` while it has no alt text: `{name}`. */
    image: string;
    /** Stands for the name of a picture that has none. */
    picture: string;
    missing: string;
    functional: string;
    waiting: string;
    /** `{loaded}` and `{total}` in MB. */
    loading: string;
    working: string;
    suggestion: string;
    doubtful: string;
    mayShow: string;
    unable: string;
    rejected: string;
    accepted: string;
    /** What is shown in place of an accepted text that is empty. */
    empty: string;
    /** `{reason}` is the error's message. */
    failed: string;
    crossOrigin: string;
    broken: string;
    required: string;
    /** `{word}` is one of the following four; `{percent}` a whole number. */
    confidence: string;
    confidenceUnmeasured: string;
    high: string;
    fair: string;
    low: string;
    none: string;
    field: string;
    fieldHint: string;
    /** `{count}` is a number, also in the next two. */
    characters: string;
    long: string;
    tooLong: string;
    noText: string;
    suggest: string;
    retry: string;
    stop: string;
    accept: string;
    edit: string;
    write: string;
    reject: string;
    restore: string;
    undo: string;
    decorative: string;
    save: string;
    cancel: string;
    /** Read out when a suggestion arrives: `{name}` and `{text}`. */
    saidSuggestion: string;
    /** Read out: `{name}` and `{text}`. */
    saidAccepted: string;
    /** Read out: `{name}`. */
    saidDecorative: string;
    /** Read out: `{name}`. */
    saidRejected: string;
    /** Read out: `{name}`. */
    saidUndone: string;
    /** Read out: `{name}` and `{reason}`. */
    saidFailed: string;
}
/** What the element says where a page says nothing else. */
export declare const ENGLISH: Readonly<Labels>;
/** Fills in what stands in braces. */
export declare function fill(label: string, values: Record<string, string | number>): string;
