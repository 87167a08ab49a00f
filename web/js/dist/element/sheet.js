/**
 * The element's looks. A constructed style sheet, because a strict Content-Security-Policy allows no
 * style elements. Contrast of text is at least 4.5 to 1 in both lights; `light-dark()` follows the
 * `color-scheme` of the page, not of the device.
 */
const CSS = `
:host {
  display: block;
  --accent: var(--showtell-accent, light-dark(#0b5d6b, #7fd0da));
  --on-accent: var(--showtell-on-accent, light-dark(#ffffff, #0d2a2f));
  --ink: var(--showtell-ink, light-dark(#23282b, #ece8e1));
  --soft: var(--showtell-soft, light-dark(#596165, #a9b4b7));
  --card: var(--showtell-card, light-dark(#fffdf9, #1c2326));
  --line: var(--showtell-line, light-dark(#d8d2c7, #38444a));
  --edge: var(--showtell-edge, light-dark(#8a8378, #77868c));
  --wrong: var(--showtell-wrong, light-dark(#9c2f1f, #ffab9c));
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before { box-sizing: border-box; }
p { margin: 0; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
.panel {
  display: grid;
  gap: 0.5rem;
  max-width: 36rem;
  margin-top: 0.5rem;
  padding: 0.75rem 0.9rem;
  border: 1px solid var(--line);
  border-radius: var(--showtell-radius, 10px);
  background: var(--card);
  color: var(--ink);
  font: var(--showtell-font, 0.9rem/1.45 system-ui, sans-serif);
  text-align: start;
}
.status { color: var(--soft); }
.status.label { font-size: 0.85em; font-weight: 600; }
.status.wrong { color: var(--wrong); }
.status.busy::before {
  content: "";
  display: inline-block;
  width: 0.6em;
  height: 0.6em;
  margin-inline-end: 0.5em;
  border-radius: 50%;
  background: var(--accent);
  animation: breathe 1.4s ease-in-out infinite;
}
@keyframes breathe { 50% { opacity: 0.25; } }
.text { margin-top: -0.35rem; font-size: 1.1em; }
.text.soft { font-size: 1em; color: var(--soft); }
.confidence, .hint, .remark { color: var(--soft); font-size: 0.85em; }
.remark.wrong { color: var(--wrong); }
.field { display: grid; gap: 0.3rem; }
label { color: var(--soft); font-size: 0.85em; font-weight: 600; }
textarea {
  width: 100%;
  min-height: 4.5em;
  padding: 0.5rem 0.65rem;
  border: 1px solid var(--edge);
  border-radius: 8px;
  background: var(--card);
  color: inherit;
  font: inherit;
  resize: vertical;
}
.notes { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; }
.actions { display: flex; flex-wrap: wrap; gap: 0.4rem; }
button {
  min-height: 2rem;
  padding: 0.25rem 0.8rem;
  border: 1px solid var(--edge);
  border-radius: 8px;
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
button:hover { border-color: var(--accent); color: var(--accent); }
.first { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.first:hover { color: var(--on-accent); text-decoration: underline; }
.quiet { border-color: var(--line); }
button:disabled { border-color: var(--line); background: none; color: var(--soft); cursor: default; text-decoration: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) {
  .first { border-width: 2px; }
  .status.busy::before { background: CanvasText; forced-color-adjust: none; }
}
@media (prefers-reduced-motion: reduce) { .status.busy::before { animation: none; } }
`;
let sheet;
/** The style sheet, one for all elements. */
export function looks() {
    if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS);
    }
    return sheet;
}
