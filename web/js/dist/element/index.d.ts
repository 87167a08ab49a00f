/**
 * The custom element `<show-tell>`. Importing this module registers it, once on a page however many
 * copies of the script there are.
 *
 * ```html
 * <script type="module" src="showtell/element/index.js"></script>
 * <show-tell name="alt"><img src="boats.jpg"></show-tell>
 * ```
 */
import { ShowTell as Own } from './host.js';
export { ENGLISH } from './labels.js';
export type { Labels } from './labels.js';
export type { Details, State, TextSource } from './events.js';
export { useCaptioner } from '../page/shared.js';
export type { Source } from '../page/shared.js';
declare global {
    interface HTMLElementTagNameMap {
        'show-tell': Own;
    }
}
/** The class behind `<show-tell>`: the one that is registered, be it another copy's. */
export declare const ShowTell: typeof Own;
/** An element. */
export type ShowTell = Own;
