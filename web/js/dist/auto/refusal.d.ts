/** Which images are left alone, before anything is computed. */
import type { Reason } from './report.js';
/** What `refusal` goes by. */
export interface Limits {
    /** Pixels of CSS below which a side makes an image tiny. */
    minSize: number;
    filter: (image: HTMLImageElement) => boolean;
}
/** Why an image is to be left alone; nothing where it may be filled. */
export declare function refusal(image: HTMLImageElement | HTMLInputElement, { minSize, filter }: Limits): Reason | undefined;
