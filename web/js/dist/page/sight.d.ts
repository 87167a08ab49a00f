/** What is in view. */
/**
 * Tells whenever an element comes into view or leaves it, until the returned function is called. Each
 * has an observer of its own: a shared one was seen to keep elements that had long left the page.
 */
export declare function watchSight(element: Element, tell: (inView: boolean) => void): () => void;
/** Settles once an element is in view; rejects with the signal's reason. */
export declare function inView(element: Element, signal: AbortSignal): Promise<void>;
