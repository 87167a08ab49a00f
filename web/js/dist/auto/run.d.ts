/** One run over a page or a part of it. */
import type { Limits } from './refusal.js';
import type { Entry, Report } from './report.js';
/** Options of `autoAlt`, each with a value. */
export interface Choices extends Limits {
    prefix: string;
    inView: boolean;
    minConfidence: number;
    limit: number;
    watch: boolean;
    onResult: (entry: Entry) => void;
}
/** What `autoAlt` returns. */
export declare class Run {
    #private;
    private readonly root;
    private readonly choices;
    /**
     * Settles with the report once every image that was there at the start has been seen to, or the run
     * has been stopped. Never rejects. Images out of view are seen to when they are scrolled to.
     */
    readonly done: Promise<Report>;
    constructor(root: ParentNode & Node, choices: Choices, signal: AbortSignal | undefined);
    /** What has been done so far. */
    get report(): Report;
    /** Ends the run: what waits is skipped, nothing new is watched for. What was filled stays. */
    stop(): void;
    /**
     * Ends the run and takes every text back that nobody has changed since. Returns how many.
     */
    undo(): number;
}
