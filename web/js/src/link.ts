/**
 * The wire to a worker, and a captioner at this end of it: one picture after the other goes out, a
 * worker that breaks or hangs is started anew.
 */

import { DisposedError, ImageError, LoadError } from './errors.js';
import type { BundleAddress, Reply, Request } from './protocol.js';
import { because, captioned, refused, search } from './translation.js';
import type {
  BundleInfo,
  Caption,
  Captioner,
  CaptionOptions,
  Device,
  DeviceChoice,
  LoadOptions,
  Outcome,
} from './types.js';
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

/** What differs between a browser and Node. */
export interface Platform<Image> {
  open(hearing: Hearing): Wire;
  read(image: Image, signal: AbortSignal | undefined): Promise<Photo>;
  address(bundle: string | URL | undefined): BundleAddress;
}

/** How often a worker may break over one picture, or without having captioned any. */
const CHANCES = 2;

interface Job<Image> {
  image: Image;
  options: CaptionOptions;
  crashes: number;
  size: readonly [number, number];
  resolve(caption: Caption): void;
  reject(reason: unknown): void;
}

/** Loads a captioner; see `load` of the package. */
export async function open<Image>(
  platform: Platform<Image>,
  options: LoadOptions = {},
): Promise<Captioner<Image>> {
  options.signal?.throwIfAborted();
  const link = new Link(platform, platform.address(options.bundle), options);
  const giveUp = () => link.fail(options.signal?.reason);
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await link.ready;
    return link;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

class Link<Image> implements Captioner<Image> {
  readonly ready: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #wire: Wire | undefined;
  #choice: DeviceChoice;
  /** Why the GPU has been given up. */
  #lost: string | undefined;
  #device: Device | undefined;
  #bundle: BundleInfo | undefined;
  #loaded = false;
  /** Why nothing goes any more. */
  #end: { reason: unknown } | undefined;
  #waiting: Job<Image>[] = [];
  #current: { id: number; job: Job<Image> | undefined } | undefined;
  #breaks = 0;
  #count = 0;
  readonly #watchdog: Watchdog;

  constructor(
    private readonly platform: Platform<Image>,
    private readonly address: BundleAddress,
    private readonly options: LoadOptions,
  ) {
    this.#choice = options.device ?? 'auto';
    this.#watchdog = new Watchdog(options.patience, (reason) => this.#broken(reason));
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#start();
  }

  get device(): Device {
    if (!this.#device) throw new DisposedError();
    return this.#device;
  }

  get bundle(): BundleInfo {
    if (!this.#bundle) throw new DisposedError();
    return this.#bundle;
  }

  caption(image: Image, options: CaptionOptions = {}): Promise<Caption> {
    return new Promise((resolve, reject) => {
      options.signal?.throwIfAborted();
      if (this.#end) throw this.#end.reason;
      const giveUp = () => this.#giveUp(job);
      const settled = () => options.signal?.removeEventListener('abort', giveUp);
      const job: Job<Image> = {
        image,
        options,
        crashes: 0,
        size: [0, 0],
        resolve: (caption) => (settled(), resolve(caption)),
        reject: (reason) => (settled(), reject(reason)),
      };
      options.signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(job);
      this.#pump();
    });
  }

  async *captionAll(
    images: Iterable<Image> | AsyncIterable<Image>,
    options: CaptionOptions = {},
  ): AsyncGenerator<Outcome<Image>> {
    let index = 0;
    for await (const image of images) {
      options.signal?.throwIfAborted();
      let outcome: Outcome<Image>;
      try {
        outcome = { index, image, caption: await this.caption(image, options) };
      } catch (error) {
        // What concerns one picture is an answer; the rest ends it all.
        if (!(error instanceof ImageError)) throw error;
        outcome = { index, image, error };
      }
      index += 1;
      yield outcome;
    }
  }

  dispose(): void {
    this.fail(new DisposedError());
  }

  /** Ends everything for a reason, which all that wait are told. */
  fail(reason: unknown): void {
    if (this.#end) return;
    this.#end = { reason };
    this.#watchdog.stop();
    this.#wire?.close();
    this.#wire = undefined;
    this.#reject(reason);
    const jobs = [this.#current?.job, ...this.#waiting];
    this.#current = undefined;
    this.#waiting = [];
    for (const job of jobs) job?.reject(reason);
  }

  #start(): void {
    this.#loaded = false;
    this.#wire?.close();
    try {
      const wire = this.platform.open({
        // What a worker says that has been replaced concerns nobody.
        reply: (reply) => this.#wire === wire && this.#hear(reply),
        broken: (reason) => this.#wire === wire && this.#broken(reason),
      });
      this.#wire = wire;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.fail(new LoadError('unreachable', `the worker cannot be started: ${text}`, { cause: error }));
    }
  }

  #pump(): void {
    if (this.#end) return;
    const job = this.#loaded && !this.#current ? this.#waiting.shift() : undefined;
    this.#wire?.hold(!this.#loaded || this.#current !== undefined || job !== undefined);
    if (job) void this.#send(job);
  }

  async #send(job: Job<Image>): Promise<void> {
    this.#count += 1;
    const turn = { id: this.#count, job: job as Job<Image> | undefined };
    this.#current = turn;
    try {
      const photo = await this.platform.read(job.image, job.options.signal);
      if (this.#current === turn && turn.job && this.#loaded) {
        this.#wire?.post({ request: { Caption: { id: turn.id, search: search(job.options) } }, photo });
        this.#watchdog.start();
        return;
      }
      // The worker broke meanwhile: the picture waits for the new one.
      if (turn.job && !this.#end && this.#current === turn) this.#waiting.unshift(job);
    } catch (error) {
      turn.job?.reject(error);
    }
    if (this.#current === turn) {
      this.#current = undefined;
      this.#pump();
    }
  }

  #giveUp(job: Job<Image>): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== job);
    // The worker cannot be stopped in the midst of a picture: what it says of it goes unheard.
    if (this.#current?.job === job) this.#current.job = undefined;
    job.reject(job.options.signal?.reason);
  }

  /** The job that an answer is for, which ends its turn. */
  #finish(id: number): Job<Image> | undefined {
    if (this.#current?.id !== id) return undefined;
    const { job } = this.#current;
    this.#current = undefined;
    this.#watchdog.stop();
    return job;
  }

  #hear(reply: Reply): void {
    this.#watchdog.heard();
    if (reply === 'Listening') {
      this.#wire?.post({ request: { Load: { bundle: this.address, device: this.#choice } } });
    } else if (reply === 'Warming') {
      return;
    } else if ('Progress' in reply) {
      this.options.onProgress?.(reply.Progress);
    } else if ('Ready' in reply) {
      const { device, bundle } = reply.Ready;
      this.#device = { name: device.name === 'CPU' ? 'CPU' : 'WebGPU', reason: because(device, this.#lost) };
      this.#bundle = { name: bundle.name, size: bundle.size };
      this.#loaded = true;
      this.#resolve();
    } else if ('Seen' in reply) {
      const { id, size } = reply.Seen;
      if (this.#current?.id === id && this.#current.job) this.#current.job.size = size;
    } else if ('Captioned' in reply) {
      this.#breaks = 0;
      const job = this.#finish(reply.Captioned.id);
      job?.resolve(captioned(reply.Captioned, job.size));
    } else if ('Refused' in reply) {
      this.#finish(reply.Refused.id)?.reject(refused(reply.Refused.refusal));
    } else if ('Broken' in reply) {
      this.#broken(reply.Broken.reason);
      return;
    } else {
      const { failure, reason } = reply.Failed;
      this.fail(new LoadError(failure === 'request' ? 'damaged' : failure, reason));
    }
    this.#pump();
  }

  /** The worker cannot go on. A GPU that broke is left alone from then on. */
  #broken(reason: string): void {
    this.#breaks += 1;
    const job = this.#current && this.#finish(this.#current.id);
    if (job) {
      job.crashes += 1;
      if (job.crashes < CHANCES) this.#waiting.unshift(job);
      else {
        job.reject(new ImageError('crashed', `the captioner broke over this picture: ${reason}`));
        this.#breaks = 0;
      }
    }
    if (this.#breaks > CHANCES || (!this.#device && this.#breaks >= CHANCES)) {
      this.fail(new LoadError('device', `the worker broke: ${reason}`));
      return;
    }
    if (this.#device?.name === 'WebGPU') {
      this.#choice = 'cpu';
      this.#lost = reason;
    }
    this.#start();
  }
}
