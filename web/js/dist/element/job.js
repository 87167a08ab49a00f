/** One request for a suggestion, from the picture's arrival to the captioner's answer. */
import { arrived } from '../page/arrival.js';
import { ask, hear } from '../page/shared.js';
import { fill } from './labels.js';
/** Megabytes as people count them. */
const MB = 1e6;
/** A request. */
export class Job {
    asked;
    /** Whether its turn has come. */
    begun = false;
    #stop = new AbortController();
    /** `asked`: whether a person or the page wants it, in view or not. */
    constructor(asked) {
        this.asked = asked;
    }
    get aborted() {
        return this.#stop.signal.aborted;
    }
    abort() {
        this.#stop.abort();
    }
    /** Asks. `tell` hears what is going on once the turn has come, in words. */
    async run(image, words, tell) {
        const { signal } = this.#stop;
        const deaf = hear(({ loaded, total }) => {
            if (!this.begun || signal.aborted)
                return;
            const [now = '', all = ''] = [loaded, total].map((bytes) => (bytes / MB).toFixed(1));
            tell(loaded < total ? fill(words().loading, { loaded: now, total: all }) : words().working);
        });
        const begun = () => {
            this.begun = true;
            tell(words().working);
        };
        try {
            await arrived(image, signal);
            return await ask(image, { signal, begun });
        }
        finally {
            deaf();
        }
    }
}
