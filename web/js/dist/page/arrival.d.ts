/** The file behind an `<img>`: whether it is there yet, whether it changed, and its name. */
/** Settles once the browser has loaded an image's file, or failed to. Rejects with the signal's reason. */
export declare function ended(image: HTMLImageElement, signal: AbortSignal | undefined): Promise<void>;
/** Settles once the browser has an image's file. Rejects where that is broken, or with the signal's reason. */
export declare function arrived(image: HTMLImageElement, signal: AbortSignal): Promise<void>;
/**
 * What an image's file is chosen from. Compared rather than the address in use, which changes with
 * the width of the window.
 */
export declare function origin(image: HTMLImageElement): (string | null)[];
/** Whether two images, or one at two times, are chosen from the same files. */
export declare function same(one: (string | null)[], other: (string | null)[]): boolean;
/** The file's name, for people; nothing for data that has none. */
export declare function fileName(image: HTMLImageElement): string | undefined;
