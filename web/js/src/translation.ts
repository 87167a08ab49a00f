/** From the words of the worker's protocol to those of this package, and back. */

import { ImageError } from './errors.js';
import type { DeviceReport, Refusal, Reply, Search, Together } from './protocol.js';
import type { Caption, CaptionOptions, Reading } from './types.js';

/** What the worker says when it has a caption. */
type Captioned = Extract<Reply, { Captioned: unknown }>['Captioned'];

/** A caption of a picture of this width and height. */
export function captioned(
  { caption, hedged, milliseconds }: Captioned,
  [width, height]: readonly [number, number],
): Caption {
  return {
    text: caption.text,
    hedged,
    told: hedged,
    confidence: caption.confidence,
    calibrated: caption.calibrated,
    trust: caption.trust,
    rung: caption.answer.rung,
    labels: caption.labels,
    words: caption.words.map(({ word, log_probability }) => ({ word, logProbability: log_probability })),
    alternatives: caption.alternatives.map(({ text, score }) => ({ text, score })),
    width,
    height,
    milliseconds,
  };
}

/** The words in a picture. */
export function readingOf({ reading, milliseconds }: Extract<Reply, { Read: unknown }>['Read']): Reading {
  return { ...reading, milliseconds };
}

/** What becomes of a caption that is told together with the picture's words; nothing where it stays as it is. */
export function together(told: Together | null | undefined): ((caption: Caption) => Partial<Caption>) | undefined {
  if (!told) return undefined;
  const { plain, hedged, rung } = told;
  // Words that are sure are something to tell, where there was nothing.
  return ({ trust }) => ({ text: plain, hedged, told: hedged, rung, trust: trust === 'unable' ? 'doubtful' : trust });
}

/** How to search, as the worker takes it. */
export function search(options: CaptionOptions): Search {
  return {
    seed: options.seed ?? 0,
    ...(options.beam === undefined ? {} : { width: options.beam }),
    ...(options.maxWords === undefined ? {} : { max_words: options.maxWords }),
    ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
  };
}

/** Why a device is in use, in words; `lost` says why the GPU was given up. */
export function because({ reason, cpu, gpu }: DeviceReport, lost: string | undefined): string {
  if (lost) return `the GPU broke down: ${lost}`;
  if (reason === 'Asked') return 'as asked for';
  if (reason === 'NoAdapter') return 'there is no GPU to be had';
  if (reason === 'Faster') {
    const times = [cpu, gpu].map((time) => (time === undefined ? '?' : `${Math.round(time)} ms`));
    return `the faster one: CPU ${times[0]}, GPU ${times[1]}`;
  }
  return `the GPU could not be used: ${reason.GpuFailed}`;
}

/** Why a picture has no caption, as an error. */
export function refused(refusal: Refusal): ImageError {
  if (refusal === 'Empty') return new ImageError('empty', 'the file is empty');
  if (refusal === 'UnknownFormat') {
    return new ImageError('format', 'neither the captioner nor the browser knows this format');
  }
  if (refusal === 'NoPixels') return new ImageError('no-pixels', 'the picture has no pixels');
  if (refusal === 'Unreadable') return new ImageError('unreachable', 'the file cannot be read any more');
  if ('TooLarge' in refusal) {
    const { width, height } = refusal.TooLarge;
    return new ImageError('too-large', `${width} x ${height} pixels are more than can be held`);
  }
  if ('Damaged' in refusal) return new ImageError('broken', refusal.Damaged.reason);
  if ('Crashed' in refusal) return new ImageError('crashed', refusal.Crashed.reason);
  return new ImageError('broken', refusal.Other.reason);
}
