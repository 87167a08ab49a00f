/**
 * What goes on between a program and its worker: one picture after the other, and a worker that breaks or
 * hangs is replaced and loses no picture. A machine of events and effects that knows no browser, no clock and
 * no queue. The page of this project uses one in Rust (`web/protocol/src/session.rs`);
 * `tests/data/session.json` holds both to the same effects.
 */
import type { Reply, SessionEffect, SessionEvent } from './protocol.js';
/** What a worker's message is to the session. */
export declare function heard(reply: Reply): SessionEvent;
/** One program and its workers, of which there is one at a time. */
export declare class Session {
    #private;
    /** Whether the worker can take a picture. */
    get free(): boolean;
    /** Why the GPU has been given up, if it has. */
    get lost(): string | undefined;
    /** What to do about an event, in this order. */
    on(event: SessionEvent): SessionEffect[];
}
