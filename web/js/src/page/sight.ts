/** What is in view. One observer serves all who ask. */

const watched = new WeakMap<Element, Set<(inView: boolean) => void>>();
let observer: IntersectionObserver | undefined;

/** Tells whenever an element comes into view or leaves it, until the returned function is called. */
export function watchSight(element: Element, tell: (inView: boolean) => void): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      for (const listener of watched.get(target) ?? []) listener(isIntersecting);
    }
  });
  const listeners = watched.get(element) ?? new Set();
  watched.set(element, listeners.add(tell));
  // Who is observed already is told about again only when observed anew.
  observer.unobserve(element);
  observer.observe(element);
  return () => {
    listeners.delete(tell);
    if (listeners.size === 0) observer?.unobserve(element);
  };
}

/** Settles once an element is in view; rejects with the signal's reason. */
export function inView(element: Element, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = watchSight(element, (seen) => {
      if (!seen) return;
      signal.removeEventListener('abort', stop);
      leave();
      resolve();
    });
    const stop = (): void => {
      leave();
      reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
