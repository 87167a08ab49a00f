/** Tells when a worker hangs: a loop without end and a GPU that never answers raise no error anywhere. */

/** Milliseconds that a worker may say nothing: a GPU computed by software needs a minute for its first picture. */
const PATIENCE = 300_000;
/** The longest time that timers know, 24 days; a longer one would end at once. */
const LONGEST = 2 ** 31 - 1;

/** A timer that each sign of life sets anew. */
export class Watchdog {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * `bark` hears that nothing was heard for `patience` milliseconds.
   *
   * @throws RangeError where `patience` is no time.
   */
  constructor(
    private readonly patience = PATIENCE,
    private readonly bark: (reason: string) => void,
  ) {
    // Strings are what programs without types give.
    if (!(typeof patience === 'number' && patience > 0)) {
      throw new RangeError(`patience is a number of milliseconds above 0, not ${String(patience)}`);
    }
  }

  /** An answer is waited for from now on. */
  start(): void {
    this.stop();
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.bark(`no answer for ${this.patience / 1000} seconds`);
    }, Math.min(this.patience, LONGEST));
    // In Node it is the worker that keeps the program running, for as long as it is asked something.
    if (typeof timer === 'object') timer.unref?.();
    this.#timer = timer;
  }

  /** The worker lives. */
  heard(): void {
    if (this.#timer !== undefined) this.start();
  }

  /** Nothing is waited for any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
