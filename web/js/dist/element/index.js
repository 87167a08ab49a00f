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
export { useCaptioner } from '../page/shared.js';
/** The class behind `<show-tell>`: the one that is registered, be it another copy's. */
export const ShowTell = register();
function register() {
    // Where there is no document, as while a page is rendered on a server, there is nothing to register with.
    if (!globalThis.customElements)
        return Own;
    if (!customElements.get('show-tell'))
        customElements.define('show-tell', Own);
    return customElements.get('show-tell');
}
