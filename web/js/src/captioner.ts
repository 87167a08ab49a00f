/** A captioner: a worker that captions, and one that reads words, which starts when it is first needed. */

import { DisposedError, ImageError, LoadError } from './errors.js';
import { Link, type Platform, type Trade } from './link.js';
import type { Caption as Said, Reply } from './protocol.js';
import { because, captioned, readingOf, search, together } from './translation.js';
import type {
  BundleInfo,
  Caption,
  Captioner,
  CaptionOptions,
  Device,
  LoadOptions,
  Outcome,
  Reading,
  ReadOptions,
} from './types.js';

/** A caption as the page gets it and as the worker said it. */
interface Answer {
  caption: Caption;
  said: Said;
  worded: boolean;
}

/** What the reader gives: the words, and the caption with them where they belong to it. */
interface Words {
  reading: Reading;
  told: ReturnType<typeof together>;
}

/** What the reader is asked. */
interface Question {
  caption?: Said;
  signal?: AbortSignal;
}

/** Loads a captioner; see `load` of the package. */
export async function open<Image>(platform: Platform<Image>, options: LoadOptions = {}): Promise<Captioner<Image>> {
  options.signal?.throwIfAborted();
  const captions = new Captions(platform, options);
  const giveUp = () => captions.fail(options.signal?.reason);
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await captions.ready;
    return captions;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

class Captions<Image> implements Captioner<Image> {
  #device: Device | undefined;
  #bundle: BundleInfo | undefined;
  readonly #link: Link<Image, CaptionOptions, Answer>;
  #reader: Promise<Link<Image, Question, Words>> | undefined;

  constructor(
    private readonly platform: Platform<Image>,
    private readonly options: LoadOptions,
  ) {
    const address = platform.address(options.bundle);
    const trade: Trade<CaptionOptions, Answer> = {
      program: 'captioner',
      load: (onCpu) => ({ Load: { bundle: address, device: onCpu ? 'cpu' : (options.device ?? 'auto') } }),
      ask: (id, asked) => ({ Caption: { id, search: search(asked) } }),
      answer: (reply, size) => {
        if (!('Captioned' in reply)) return undefined;
        const { caption, worded } = reply.Captioned;
        return { caption: captioned(reply.Captioned, size), said: caption, worded };
      },
      begin: (reply, lost) => this.#begin(reply, lost),
    };
    this.#link = new Link(platform, trade, options);
  }

  get ready(): Promise<void> {
    return this.#link.ready;
  }

  get device(): Device {
    if (!this.#device || this.#link.ended) throw new DisposedError();
    return this.#device;
  }

  get bundle(): BundleInfo {
    if (!this.#bundle || this.#link.ended) throw new DisposedError();
    return this.#bundle;
  }

  async caption(image: Image, options: CaptionOptions = {}): Promise<Caption> {
    const { caption, said, worded } = await this.#link.ask(image, options);
    const { text = false, signal } = options;
    if (!text || this.options.reader === false || (text === 'auto' && !worded)) return caption;
    try {
      const { reading, told } = await this.#words(image, { caption: said, ...(signal ? { signal } : {}) });
      return { ...caption, ...told?.(caption), reading };
    } catch (error) {
      signal?.throwIfAborted();
      // A caption is of use without the words as well.
      return { ...caption, readingError: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async read(image: Image, options: ReadOptions = {}): Promise<Reading> {
    const { reading } = await this.#words(image, options);
    return reading;
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
    this.#link.fail(reason);
    this.#reader?.then(
      (reader) => reader.fail(reason),
      () => undefined,
    );
  }

  /** The worker can take pictures. */
  #begin(reply: Reply, lost: string | undefined): void {
    if (typeof reply !== 'object' || !('Ready' in reply)) return;
    const { device, bundle } = reply.Ready;
    this.#device = { name: device.name === 'CPU' ? 'CPU' : 'WebGPU', reason: because(device, lost) };
    this.#bundle = { name: bundle.name, size: bundle.size };
  }

  async #words(image: Image, question: Question): Promise<Words> {
    question.signal?.throwIfAborted();
    if (this.#link.ended) throw new DisposedError();
    if (this.options.reader === false) throw new LoadError('unreachable', 'this captioner was loaded without a reader');
    const reader = await this.#readers();
    // Disposed of while the reader came.
    if (this.#link.ended) reader.fail(new DisposedError());
    return reader.ask(image, question);
  }

  /** The reader's worker, started at the first call; after a failure the next call tries again. */
  async #readers(): Promise<Link<Image, Question, Words>> {
    const there = await this.#reader?.catch(() => undefined);
    if (there && !there.ended) return there;
    this.#reader = this.#open();
    return this.#reader;
  }

  async #open(): Promise<Link<Image, Question, Words>> {
    const { reader: folder, patience } = this.options;
    const files = await this.platform.reader(folder === false ? undefined : folder);
    const trade: Trade<Question, Words> = {
      program: 'reader',
      load: () => ({ LoadReader: { files } }),
      ask: (id, { caption }) => ({ Read: { id, ...(caption ? { caption } : {}) } }),
      answer: (reply) => {
        if (!('Read' in reply)) return undefined;
        return { reading: readingOf(reply.Read), told: together(reply.Read.told) };
      },
    };
    const link = new Link<Image, Question, Words>(this.platform, trade, patience === undefined ? {} : { patience });
    // Who asked is told; this promise is for those who wait for a captioner.
    link.ready.catch(() => undefined);
    return link;
  }
}
