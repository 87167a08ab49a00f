/** Written when the package is built, from the bundle that it carries. */

/** The bundle's small files, as text, by their names. */
export const texts: { SHA256SUMS: string; 'config.json': string };
