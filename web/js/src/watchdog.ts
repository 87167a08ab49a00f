/** Tells when a worker hangs: a loop without end and a GPU that never answers raise no error anywhere. */

import { PATIENCE } from './rules.js';

/** The longest time that timers know, 24 days; a longer one would end at once. */
const LONGEST = 2 ** 31 - 1;

/** A timer that can be set anew. */
export class Watchdog {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * `bark` hears that nothing was heard for `patience` milliseconds.
   *
   * @throws RangeError where `patience` is no time.
   */
  constructor(
    private readonly patience: number = PATIENCE,
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
    const timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.bark(`no answer for ${this.patience / 1000} seconds`);
      },
      Math.min(this.patience, LONGEST),
    );
    // In Node it is the worker that keeps the program running, for as long as it is asked something.
    if (typeof timer === 'object') timer.unref?.();
    this.#timer = timer;
  }

  /** Nothing is waited for any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
