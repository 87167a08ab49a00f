/** Where the reader of words lies that comes with the package. */

import type { BundleAddress } from './protocol.js';
import { texts } from './reader/texts.js';

/** Its files, as those of the bundle: addresses that bundlers see, and small files as text. */
export function shipped(): BundleAddress {
  return {
    Files: {
      texts,
      addresses: {
        'detector.onnx': new URL('./reader/detector.onnx', import.meta.url).href,
        'recognizer.onnx': new URL('./reader/recognizer.onnx', import.meta.url).href,
      },
    },
  };
}
