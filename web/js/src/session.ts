/**
 * What goes on between a program and its worker: one picture after the other, and a worker that breaks or
 * hangs is replaced and loses no picture. A machine of events and effects that knows no browser, no clock and
 * no queue. The page of this project uses one in Rust (`web/protocol/src/session.rs`);
 * `tests/data/session.json` holds both to the same effects.
 */

import type { Reply, SessionEffect, SessionEvent } from './protocol.js';
import { CHANCES } from './rules.js';

/** What a worker's message is to the session. */
export function heard(reply: Reply): SessionEvent {
  if (reply === 'Listening') return 'Listening';
  if (reply === 'ReaderReady') return { Ready: { gpu: false } };
  if (reply === 'Warming' || 'Progress' in reply || 'Seen' in reply) return 'Alive';
  if ('Ready' in reply) return { Ready: { gpu: reply.Ready.device.name !== 'CPU' } };
  if ('Captioned' in reply) return { Captioned: reply.Captioned.id };
  if ('Read' in reply) return { Captioned: reply.Read.id };
  if ('Refused' in reply) return { Refused: reply.Refused.id };
  if ('Broken' in reply) return { Broke: reply.Broken.reason };
  return { Failed: reply.Failed.reason };
}

/** One program and its workers, of which there is one at a time. */
export class Session {
  #state: 'loading' | 'ready' | 'ended' = 'loading';
  /** The picture in the worker's hands. */
  #picture: number | undefined;
  /** How often the worker broke over pictures that have no answer yet. */
  readonly #crashes = new Map<number, number>();
  /** How often it broke since it last gave a caption. */
  #breaks = 0;
  /** Whether any worker was ever ready. */
  #proven = false;
  /** Whether this one computes on a GPU. */
  #gpu = false;
  #lost: string | undefined;

  /** Whether the worker can take a picture. */
  get free(): boolean {
    return this.#state === 'ready' && this.#picture === undefined;
  }

  /** Why the GPU has been given up, if it has. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** What to do about an event, in this order. */
  on(event: SessionEvent): SessionEffect[] {
    if (this.#state === 'ended') return [];
    if (event === 'Open') return ['Start'];
    if (event === 'Listening') return [{ Load: { on_cpu: this.#lost !== undefined } }];
    if (event === 'Alive') return this.#alive();
    if ('Ask' in event) {
      if (!this.free) return [];
      this.#picture = event.Ask;
      return ['Watch', { Send: event.Ask }];
    }
    if ('Ready' in event) {
      this.#state = 'ready';
      this.#proven = true;
      this.#gpu = event.Ready.gpu;
      return ['Next'];
    }
    if ('Captioned' in event) {
      this.#breaks = 0;
      return this.#answered(event.Captioned);
    }
    if ('Refused' in event) return this.#answered(event.Refused);
    if ('Failed' in event) {
      const rest: SessionEffect[] = this.#picture === undefined ? [] : ['Rest'];
      return [...rest, this.#end(event.Failed)];
    }
    return this.#broke(event.Broke);
  }

  /** A worker that says something is given time anew. */
  #alive(): SessionEffect[] {
    return this.#picture === undefined ? [] : ['Watch'];
  }

  #answered(id: number): SessionEffect[] {
    if (this.#picture !== id) return this.#alive();
    this.#picture = undefined;
    this.#crashes.delete(id);
    return ['Rest', { Tell: id }, 'Next'];
  }

  /** The worker cannot go on. A picture that it broke over twice is left out; a GPU that broke is left alone. */
  #broke(reason: string): SessionEffect[] {
    const effects: SessionEffect[] = [];
    this.#breaks += 1;
    const id = this.#picture;
    if (id !== undefined) {
      this.#picture = undefined;
      effects.push('Rest');
      const crashes = (this.#crashes.get(id) ?? 0) + 1;
      if (crashes < CHANCES) {
        this.#crashes.set(id, crashes);
        effects.push({ Again: id });
      } else {
        this.#crashes.delete(id);
        this.#breaks = 0;
        effects.push({ Drop: { id, reason } });
      }
    }
    if (this.#breaks > CHANCES || (!this.#proven && this.#breaks === CHANCES)) return [...effects, this.#end(reason)];
    effects.push({ Replace: { on_cpu: this.#gpu } }, 'Start');
    if (this.#gpu) this.#lost = reason;
    this.#state = 'loading';
    this.#gpu = false;
    return effects;
  }

  #end(reason: string): SessionEffect {
    this.#state = 'ended';
    return { End: reason };
  }
}
