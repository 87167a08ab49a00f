/** Written when the package is built, from the reader that it carries. */

/** The reader's small files, as text, by their names. */
export const texts: { SHA256SUMS: string; 'characters.txt': string };
