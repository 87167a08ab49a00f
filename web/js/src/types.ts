/** What the captioner takes and gives, the same in a browser and in Node. */

/** Where to compute: `auto` takes the GPU where there is one and it is not slower. */
export type DeviceChoice = 'auto' | 'cpu' | 'webgpu';

/** Bytes of the bundle so far; `loaded` equals `total` once the device is being made ready. */
export interface Progress {
  loaded: number;
  total: number;
}

/** How to load a captioner. */
export interface LoadOptions {
  /** Address of a bundle's folder; by default the bundle that comes with the package. */
  bundle?: string | URL;
  /** Where to compute, by default `auto`. */
  device?: DeviceChoice;
  /**
   * Address of a folder with another reader of words, by default the one that comes with the package. `false`: nothing
   * is read. It is fetched when the first picture is read.
   */
  reader?: string | URL | false;
  /** Hears how much of the bundle is here. */
  onProgress?: (progress: Progress) => void;
  /**
   * Milliseconds that the worker may say nothing while it is at a picture, above 0, by default 300 000. One
   * that says nothing for longer is ended, and another tries the picture once more. How long loading takes is
   * the network's affair: `signal` ends it.
   */
  patience?: number;
  /** Gives the loading up. */
  signal?: AbortSignal;
}

/**
 * How to search for the sentence; what is absent is the bundle's own choice. A bundle is calibrated for its own
 * search alone: with any other `beam`, `maxWords` or `temperature` the caption's `confidence` is only a score,
 * `calibrated` is `false`, and every sentence begins with "Perhaps".
 */
export interface CaptionOptions {
  /** Sentences kept after each word; 1 is greedy and quickest. Another than the bundle's: not `calibrated`. */
  beam?: number;
  /** The most words. Another number than the bundle's: not `calibrated`. */
  maxWords?: number;
  /** Draws the words in place of searching, at this temperature. What is drawn is not `calibrated`. */
  temperature?: number;
  /** Seed of what is drawn, a whole number from 0; nothing without `temperature`. */
  seed?: number;
  /**
   * Whether the words in the picture are read as well: `'auto'` where the picture seems to hold some, `true` in any
   * case. The caption tells them where they are few, sure and large: "May show a street sign: STOP."
   */
  text?: boolean | 'auto';
  /** Gives the request up. A picture that is being computed is computed to its end, unseen. */
  signal?: AbortSignal;
}

/** How to read. */
export interface ReadOptions {
  /** Gives the request up. A picture that is being read is read to its end, unseen. */
  signal?: AbortSignal;
}

/** A line of text in a picture. */
export interface Line {
  /** What it says. A word that could not be read among others that could is "…". */
  text: string;
  /** The mean probability of its letters, 0 to 1. */
  confidence: number;
  /** Its corners, `[x, y]` in pixels of the picture: clockwise, from where reading begins, above the letters. */
  corners: [number, number][];
  /** How it is turned from upright text, clockwise: 0, 90, 180 or 270 degrees. */
  turned: number;
}

/** The words in a picture, in the order in which a person would read them. */
export interface Reading {
  /** Everything, paragraphs and rows on lines of their own; empty where there are no words. */
  text: string;
  /** The lines one by one. */
  lines: Line[];
  /** Width of the picture in pixels, upright. */
  width: number;
  /** Height of the picture in pixels, upright. */
  height: number;
  /** Whether the picture has more text than is read of one. */
  more: boolean;
  /** From bytes to words. */
  milliseconds: number;
}

/** A word of a caption. */
export interface Word {
  word: string;
  /** Its natural log-probability given the words before. */
  logProbability: number;
}

/** Another sentence that the search found. */
export interface Alternative {
  text: string;
  /** Higher is better. */
  score: number;
}

/** How a sentence should be told: as it is, with doubt, or not at all. */
export type Trust = 'plain' | 'doubtful' | 'unable';

/**
 * How much is said: a sentence, a sentence that may be so, the thing that the picture may show, what sort of thing,
 * what kind of picture it is, or nothing.
 */
export type Rung = 'sentence' | 'perhaps' | 'thing' | 'broader' | 'kind' | 'nothing';

/** A word for something in the picture. */
export interface Label {
  word: string;
  /** With its article: "a goldfish". */
  phrase: string;
  /** That the picture shows it, where the caption is `calibrated`; else the classifier's share. */
  probability: number;
}

/** A suggestion for a person to edit. */
export interface Caption {
  /** What is told, without words of doubt: a sentence, or where none can be told a noun, "A scorpion." */
  text: string;
  /** With as much doubt as it deserves: "Perhaps a dog runs.", "May show a scorpion." */
  hedged: string;
  /** @deprecated The name of `hedged` before version 0.2.0. */
  told: string;
  /**
   * The probability that it is right, where `calibrated`: of a sentence, that most of its content words fit.
   * Else a score, which ranks doubt but is the chance of nothing.
   */
  confidence: number;
  /**
   * Whether the confidence is a probability, or only a score: of a bundle without a calibration, and of another
   * search than the bundle's own (see `CaptionOptions`). Then no sentence is told with doubt either.
   */
  calibrated: boolean;
  trust: Trust;
  rung: Rung;
  /** Things that the picture may show, likeliest first; none where the bundle has no classifier. */
  labels: Label[];
  words: Word[];
  /** Other sentences, best first. */
  alternatives: Alternative[];
  /** Width of the picture in pixels, upright. */
  width: number;
  /** Height of the picture in pixels, upright. */
  height: number;
  /** From bytes to caption. */
  milliseconds: number;
  /** The words in the picture, where `text` asked for them and they were read. */
  reading?: Reading;
  /** Why they could not be read. */
  readingError?: Error;
}

/** The device in use. */
export interface Device {
  name: 'WebGPU' | 'CPU';
  /** Why this one, in words. */
  reason: string;
}

/** The bundle in use. */
export interface BundleInfo {
  name: string;
  /** Bytes of its files. */
  size: number;
}

/** One answer of `captionAll`: either a caption or what went wrong. */
export type Outcome<Image> =
  | { index: number; image: Image; caption: Caption; error?: undefined }
  | { index: number; image: Image; caption?: undefined; error: Error };

/** A loaded captioner. `Image` is what it takes, which differs between browser and Node. */
export interface Captioner<Image> {
  readonly device: Device;
  readonly bundle: BundleInfo;
  /** Captions one picture. Requests are answered in order. */
  caption(image: Image, options?: CaptionOptions): Promise<Caption>;
  /** Captions many, one answer each, in order; a picture that fails does not stop the others. */
  captionAll(images: Iterable<Image> | AsyncIterable<Image>, options?: CaptionOptions): AsyncGenerator<Outcome<Image>>;
  /** Reads the words in one picture. The first call fetches the reader, once. */
  read(image: Image, options?: ReadOptions): Promise<Reading>;
  /** Ends the workers and frees its memory; requests not answered yet reject. */
  dispose(): void;
}
