/** Where the bundle lies that comes with the package. */
import { texts } from './bundle/texts.js';
/**
 * Its files. Each address is written out, so that bundlers see it, copy the file and put in where it
 * went; the small files, which they would rewrite or put into `data:` addresses, come as text.
 */
export function shipped() {
    return {
        Files: {
            texts,
            addresses: {
                'model.safetensors': new URL('./bundle/model.safetensors', import.meta.url).href,
                'tokenizer.json': new URL('./bundle/tokenizer.json', import.meta.url).href,
            },
        },
    };
}
