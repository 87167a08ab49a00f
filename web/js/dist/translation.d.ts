/** From the words of the worker's protocol to those of this package, and back. */
import { ImageError } from './errors.js';
import type { DeviceReport, Refusal, Reply, Search } from './protocol.js';
import type { Caption, CaptionOptions } from './types.js';
/** What the worker says when it has a caption. */
type Captioned = Extract<Reply, {
    Captioned: unknown;
}>['Captioned'];
/** A caption of a picture of this width and height. */
export declare function captioned({ caption, told, milliseconds }: Captioned, [width, height]: readonly [number, number]): Caption;
/** How to search, as the worker takes it. */
export declare function search(options: CaptionOptions): Search;
/** Why a device is in use, in words; `lost` says why the GPU was given up. */
export declare function because({ reason, cpu, gpu }: DeviceReport, lost: string | undefined): string;
/** Why a picture has no caption, as an error. */
export declare function refused(refusal: Refusal): ImageError;
export {};
