/** What is in view. */
/**
 * Tells whenever an element comes into view or leaves it, until the returned function is called. Each
 * has an observer of its own: a shared one was seen to keep elements that had long left the page.
 */
export function watchSight(element, tell) {
    const observer = new IntersectionObserver((entries) => {
        // The last is what holds now.
        const entry = entries.at(-1);
        if (entry)
            tell(entry.isIntersecting);
    });
    observer.observe(element);
    return () => observer.disconnect();
}
/** Settles once an element is in view; rejects with the signal's reason. */
export function inView(element, signal) {
    return new Promise((resolve, reject) => {
        const stop = () => {
            leave();
            reject(signal.reason);
        };
        const leave = watchSight(element, (seen) => {
            if (!seen)
                return;
            signal.removeEventListener('abort', stop);
            leave();
            resolve();
        });
        if (signal.aborted)
            stop();
        else
            signal.addEventListener('abort', stop, { once: true });
    });
}
