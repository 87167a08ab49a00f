/** Where the bundle lies that comes with the package. */
import type { BundleAddress } from './protocol.js';
/**
 * Its files. Each address is written out, so that bundlers see it, copy the file and put in where it
 * went; the small files, which they would rewrite or put into `data:` addresses, come as text.
 */
export declare function shipped(): BundleAddress;
