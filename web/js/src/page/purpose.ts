/**
 * What an image is for, read from the page around it, after the W3C's
 * [alt decision tree](https://www.w3.org/WAI/tutorials/images/decision-tree/). Whatever an author has
 * said about an image stands.
 */

/** What an image is for, as far as the page says. */
export type Purpose =
  /** An author has named it: `alt`, `aria-label`, `aria-labelledby` or `title`. */
  | 'given'
  /** An author has said that it adds nothing: `alt=""`, a role of `none`, `aria-hidden`. */
  | 'decorative'
  /** A link or a control has it as its only content: its text has to say what that does. */
  | 'functional'
  /** Nobody has said anything: it may show something. */
  | 'open';

/** Attributes of an image that `purpose` reads, for those who watch them. */
export const WORDS = ['alt', 'role', 'aria-hidden', 'aria-label', 'aria-labelledby', 'title', 'usemap'];

/** Controls name themselves by their content: a picture's text would become part of the name. */
const CONTROLS = [
  'button',
  'summary',
  'label',
  ...['button', 'checkbox', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'option', 'radio', 'switch', 'tab'].map(
    (role) => `[role~="${role}" i]`,
  ),
].join();

const LINKS = 'a[href], [role~="link" i]';

/** What an image is for. */
export function purpose(image: Element): Purpose {
  const alt = image.getAttribute('alt');
  const role = image.getAttribute('role')?.trim().toLowerCase();
  if (alt === '' || role === 'none' || role === 'presentation' || image.closest('[aria-hidden="true"]')) {
    return 'decorative';
  }
  if (alt !== null || named(image)) return 'given';
  if (image.hasAttribute('usemap') || image.hasAttribute('onclick') || image.localName === 'input') return 'functional';
  if (image.closest(CONTROLS)) return 'functional';
  const link = image.closest(LINKS);
  return link && !speaks(link, image) ? 'functional' : 'open';
}

function named(element: Element): boolean {
  return ['aria-label', 'aria-labelledby', 'title'].some((name) => element.getAttribute(name)?.trim());
}

/** Whether something other than the image says where a link leads. */
function speaks(link: Element, image: Element): boolean {
  if (named(link) || link.textContent?.trim()) return true;
  return [...link.querySelectorAll('img')].some((other) => other !== image && other.alt.trim() !== '');
}
