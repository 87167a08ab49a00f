/** What the captioner takes and gives, the same in a browser and in Node. */
export {};
