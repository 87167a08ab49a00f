/**
 * The element's looks. A constructed style sheet, because a strict Content-Security-Policy allows no
 * style elements. Contrast of text is at least 4.5 to 1 in both lights; `light-dark()` follows the
 * `color-scheme` of the page, not of the device.
 */
/** The style sheet, one for all elements. */
export declare function looks(): CSSStyleSheet;
