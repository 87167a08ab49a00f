/** Where the bundle lies that comes with the package. */

/**
 * Addresses of its files by their names. Each is written out, so that bundlers see them, copy them
 * and put in where they went.
 */
export function shipped(): Record<string, string> {
  return {
    SHA256SUMS: new URL('./bundle/SHA256SUMS', import.meta.url).href,
    'config.json': new URL('./bundle/config.json', import.meta.url).href,
    'model.safetensors': new URL('./bundle/model.safetensors', import.meta.url).href,
    'tokenizer.json': new URL('./bundle/tokenizer.json', import.meta.url).href,
  };
}
