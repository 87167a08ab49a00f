/** One request for a suggestion, from the picture's arrival to the captioner's answer. */
import type { Caption } from '../types.js';
import type { Labels } from './labels.js';
/** A request. */
export declare class Job {
    #private;
    asked: boolean;
    /** Whether its turn has come. */
    begun: boolean;
    /** `asked`: whether a person or the page wants it, in view or not. */
    constructor(asked: boolean);
    get aborted(): boolean;
    abort(): void;
    /** Asks. `tell` hears what is going on once the turn has come, in words. */
    run(image: HTMLImageElement, words: () => Labels, tell: (line: string) => void): Promise<Caption>;
}
