/** Tells when a worker hangs: a loop without end and a GPU that never answers raise no error anywhere. */
/** A timer that can be set anew. */
export declare class Watchdog {
    #private;
    private readonly patience;
    private readonly bark;
    /**
     * `bark` hears that nothing was heard for `patience` milliseconds.
     *
     * @throws RangeError where `patience` is no time.
     */
    constructor(patience: number | undefined, bark: (reason: string) => void);
    /** An answer is waited for from now on. */
    start(): void;
    /** Nothing is waited for any more. */
    stop(): void;
}
