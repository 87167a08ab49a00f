/**
 * The wire to a worker, and this end of it: one picture after the other goes out, a worker that breaks or
 * hangs is started anew.
 */

import { ImageError, LoadError } from './errors.js';
import type { BundleAddress, Reply, Request, SessionEffect, SessionEvent } from './protocol.js';
import { Session, heard } from './session.js';
import { refused } from './translation.js';
import type { LoadOptions } from './types.js';
import { Watchdog } from './watchdog.js';

/** What goes beside a request: a file, or pixels. */
export type Photo = Blob | ImageBitmap | Pixels;

/** Pixels as `ImageData` has them: red, green, blue, alpha, a byte each, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A worker as far as this package uses it. */
export interface Wire {
  post(message: { request: Request; photo?: Photo }): void;
  /** Whether answers are waited for: an idle worker does not keep a program running. */
  hold(busy: boolean): void;
  close(): void;
}

/** Who hears a worker. */
export interface Hearing {
  reply(reply: Reply): void;
  broken(reason: string): void;
}

/** The programs that run in workers. */
export type Program = 'captioner' | 'reader';

/** What differs between a browser and Node. */
export interface Platform<Image> {
  open(hearing: Hearing, program: Program): Wire;
  read(image: Image, signal: AbortSignal | undefined): Promise<Photo>;
  address(bundle: string | URL | undefined): BundleAddress;
  /** Where the files of the reader of words are, which nobody fetches who reads none. */
  reader(folder: string | URL | undefined): Promise<BundleAddress>;
}

/** What differs between the programs. */
export interface Trade<Options, Answer> {
  program: Program;
  /** What makes the worker ready. */
  load(onCpu: boolean): Request;
  /** What asks about a picture. */
  ask(id: number, options: Options): Request;
  /** What a reply says of a picture of this width and height, if it is an answer. */
  answer(reply: Exclude<Reply, string>, size: readonly [number, number]): Answer | undefined;
  /** Hears a worker that can take pictures; `lost` says why the GPU was given up. */
  begin?(reply: Reply, lost: string | undefined): void;
}

interface Job<Image, Options, Answer> {
  /** Its number, which stays the same however often it is asked. */
  id: number;
  image: Image;
  options: Options;
  /** What the worker takes, while it is with it or before it. */
  photo: Photo | undefined;
  size: readonly [number, number];
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** A worker and those who wait for it. */
export class Link<Image, Options extends { signal?: AbortSignal }, Answer> {
  readonly ready: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #wire: Wire | undefined;
  readonly #session = new Session();
  /** Why nothing goes any more. */
  #end: { reason: unknown } | undefined;
  /** Those not begun, in order. */
  #waiting: Job<Image, Options, Answer>[] = [];
  /** The one whose picture is being read. */
  #reading: Job<Image, Options, Answer> | undefined;
  /** The one in the worker's hands, unless it has been given up. */
  #current: Job<Image, Options, Answer> | undefined;
  #count = 0;
  readonly #watchdog: Watchdog;

  constructor(
    private readonly platform: Pick<Platform<Image>, 'open' | 'read'>,
    private readonly trade: Trade<Options, Answer>,
    private readonly options: Pick<LoadOptions, 'patience' | 'onProgress'>,
  ) {
    this.#watchdog = new Watchdog(options.patience, (reason) => this.#on({ Broke: reason }));
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#on('Open');
  }

  /** Whether nothing goes any more. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Asks about a picture, after all that were asked about before. */
  ask(image: Image, options: Options): Promise<Answer> {
    return new Promise((resolve, reject) => {
      options.signal?.throwIfAborted();
      if (this.#end) throw this.#end.reason;
      const giveUp = () => this.#giveUp(job);
      const settled = () => options.signal?.removeEventListener('abort', giveUp);
      this.#count += 1;
      const job: Job<Image, Options, Answer> = {
        id: this.#count,
        image,
        options,
        photo: undefined,
        size: [0, 0],
        resolve: (answer) => (settled(), resolve(answer)),
        reject: (reason) => (settled(), reject(reason)),
      };
      options.signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(job);
      this.#pump();
    });
  }

  /** Ends everything for a reason, which all that wait are told. */
  fail(reason: unknown): void {
    if (this.#end) return;
    this.#end = { reason };
    this.#watchdog.stop();
    this.#wire?.close();
    this.#wire = undefined;
    this.#reject(reason);
    const jobs = [this.#current, this.#reading, ...this.#waiting];
    this.#current = undefined;
    this.#reading = undefined;
    this.#waiting = [];
    for (const job of jobs) job?.reject(reason);
  }

  #start(): void {
    this.#wire?.close();
    try {
      const hearing: Hearing = {
        // What a worker says that has been replaced concerns nobody.
        reply: (reply) => this.#wire === wire && this.#hear(reply),
        broken: (reason) => this.#wire === wire && this.#on({ Broke: reason }),
      };
      const wire = this.platform.open(hearing, this.trade.program);
      this.#wire = wire;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.fail(new LoadError('unreachable', `the worker cannot be started: ${text}`, { cause: error }));
    }
  }

  /** Reads the next picture for a worker that is free. */
  #pump(): void {
    if (this.#end) return;
    const job = this.#session.free && !this.#reading ? this.#waiting.shift() : undefined;
    this.#wire?.hold(!this.#session.free || this.#reading !== undefined || job !== undefined);
    if (job) void this.#read(job);
  }

  async #read(job: Job<Image, Options, Answer>): Promise<void> {
    this.#reading = job;
    try {
      job.photo = await this.platform.read(job.image, job.options.signal);
    } catch (error) {
      job.reject(error);
    }
    // Given up, or everything has ended.
    const wanted = this.#reading === job && job.photo !== undefined;
    if (this.#reading === job) this.#reading = undefined;
    // A worker that broke meanwhile is being replaced: the picture waits for the new one.
    if (wanted && !this.#session.free) this.#waiting.unshift(job);
    else if (wanted) {
      this.#current = job;
      this.#on({ Ask: job.id });
      return;
    }
    this.#pump();
  }

  #giveUp(job: Job<Image, Options, Answer>): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== job);
    // The worker cannot be stopped in the midst of a picture: what it says of it goes unheard.
    if (this.#current === job) this.#current = undefined;
    if (this.#reading === job) this.#reading = undefined;
    job.reject(job.options.signal?.reason);
  }

  #hear(reply: Reply): void {
    const event = heard(reply);
    if (typeof reply === 'object') {
      if ('Progress' in reply) this.options.onProgress?.(reply.Progress);
      else if ('Seen' in reply && this.#current?.id === reply.Seen.id) this.#current.size = reply.Seen.size;
    }
    if (typeof event === 'object' && 'Ready' in event) {
      this.trade.begin?.(reply, this.#session.lost);
      this.#resolve();
    }
    this.#on(event, reply);
  }

  /** Has the session decide about an event, and does what it says; `reply` is what was heard. */
  #on(event: SessionEvent, reply?: Reply): void {
    for (const effect of this.#session.on(event)) {
      // A page's own functions may have ended it all meanwhile.
      if (this.#end) return;
      this.#do(effect, reply);
    }
    this.#pump();
  }

  #do(effect: SessionEffect, reply: Reply | undefined): void {
    if (effect === 'Start') this.#start();
    else if (effect === 'Watch') this.#watchdog.start();
    else if (effect === 'Rest') this.#watchdog.stop();
    else if (effect === 'Next') return;
    else if ('Load' in effect) this.#wire?.post({ request: this.trade.load(effect.Load.on_cpu) });
    else if ('Send' in effect) this.#send();
    else if ('Tell' in effect) this.#tell(reply);
    else if ('Again' in effect) this.#again();
    else if ('Drop' in effect) {
      const reason = `the ${this.trade.program} broke over this picture: ${effect.Drop.reason}`;
      this.#finish()?.reject(new ImageError('crashed', reason));
    } else if ('End' in effect) this.fail(ended(effect.End, reply));
  }

  #send(): void {
    const job = this.#current;
    if (!job?.photo) return;
    const { id, photo } = job;
    // It may be pixels of many megabytes: another worker has the picture read anew.
    job.photo = undefined;
    try {
      this.#wire?.post({ request: this.trade.ask(id, job.options), photo });
    } catch (error) {
      // What cannot be sent is no picture.
      job.reject(error);
      this.#on({ Refused: id });
    }
  }

  /** The job in the worker's hands, taken from them. */
  #finish(): Job<Image, Options, Answer> | undefined {
    const job = this.#current;
    this.#current = undefined;
    return job;
  }

  #again(): void {
    const job = this.#finish();
    if (job) this.#waiting.unshift(job);
  }

  #tell(reply: Reply | undefined): void {
    const job = this.#finish();
    if (!job || typeof reply !== 'object') return;
    const answer = this.trade.answer(reply, job.size);
    if (answer !== undefined) job.resolve(answer);
    else if ('Refused' in reply) job.reject(refused(reply.Refused.refusal));
  }
}

/** Why nothing goes any more, as an error: the program cannot be loaded, or its worker breaks all the time. */
function ended(reason: string, reply: Reply | undefined): LoadError {
  if (typeof reply === 'object' && 'Failed' in reply) {
    const { failure } = reply.Failed;
    return new LoadError(failure === 'request' ? 'damaged' : failure, reason);
  }
  return new LoadError('device', `the worker broke: ${reason}`);
}
