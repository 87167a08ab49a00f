/** Every word that the element shows or says, so that a page can have it in its own language. */

import { MAY_SHOW, NOTHING, PERHAPS, REMARKS } from '../rules.js';

/** The words. What stands in braces is filled in. */
export interface Labels {
  /** Names the controls: `{name}` is the picture's file name. */
  panel: string;
  /** Names a picture made for `src` while it has no alt text: `{name}`. */
  image: string;
  /** Stands for the name of a picture that has none. */
  picture: string;
  missing: string;
  functional: string;
  waiting: string;
  /** `{loaded}` and `{total}` in MB. */
  loading: string;
  working: string;
  suggestion: string;
  doubtful: string;
  mayShow: string;
  unable: string;
  rejected: string;
  accepted: string;
  /** What is shown in place of an accepted text that is empty. */
  empty: string;
  /** `{reason}` is the error's message. */
  failed: string;
  crossOrigin: string;
  broken: string;
  required: string;
  /** `{word}` is one of the following four; `{percent}` a whole number. */
  confidence: string;
  confidenceUnmeasured: string;
  high: string;
  fair: string;
  low: string;
  none: string;
  field: string;
  fieldHint: string;
  /** `{count}` is a number, also in the next two. */
  characters: string;
  long: string;
  tooLong: string;
  noText: string;
  suggest: string;
  retry: string;
  stop: string;
  accept: string;
  edit: string;
  write: string;
  reject: string;
  restore: string;
  undo: string;
  decorative: string;
  save: string;
  cancel: string;
  /** Read out when a suggestion arrives: `{name}` and `{text}`. */
  saidSuggestion: string;
  /** Read out: `{name}` and `{text}`. */
  saidAccepted: string;
  /** Read out: `{name}`. */
  saidDecorative: string;
  /** Read out: `{name}`. */
  saidRejected: string;
  /** Read out: `{name}`. */
  saidUndone: string;
  /** Read out: `{name}` and `{reason}`. */
  saidFailed: string;
}

/** What the element says where a page says nothing else. */
export const ENGLISH: Readonly<Labels> = {
  panel: 'Alt text for {name}',
  image: '{name}, no alt text yet',
  picture: 'the picture',
  missing: 'No alt text yet.',
  functional: 'This picture is a link or a button: say where it leads or what it does, not what it shows.',
  waiting: 'Waiting for its turn…',
  loading: 'Loading the captioner: {loaded} of {total} MB',
  working: 'Looking at the picture…',
  suggestion: 'Suggestion',
  doubtful: PERHAPS,
  mayShow: MAY_SHOW,
  unable: NOTHING,
  rejected: 'Suggestion rejected. No alt text yet.',
  accepted: 'Alt text',
  empty: 'Decorative: screen readers pass over it.',
  failed: 'No suggestion: {reason}',
  crossOrigin: 'it is on another site, which does not let its pixels be read',
  broken: 'the browser cannot show it',
  required: 'Give this picture an alt text, or say that it is decorative.',
  confidence: 'Confidence: {word}. About {percent} of 100 such captions are mostly right.',
  confidenceUnmeasured: 'Confidence: not measured.',
  high: 'good',
  fair: 'fair',
  low: 'low',
  none: 'none',
  field: 'Alt text, yours to edit',
  fieldHint: 'Enter accepts, Escape goes back.',
  characters: '{count} characters',
  long: REMARKS.long,
  tooLong: REMARKS.tooLong,
  noText: REMARKS.empty,
  suggest: 'Suggest',
  retry: 'Try again',
  stop: 'Stop',
  accept: 'Accept',
  edit: 'Edit',
  write: 'Write',
  reject: 'Reject',
  restore: 'Show suggestion',
  undo: 'Take back',
  decorative: 'Decorative',
  save: 'Accept',
  cancel: 'Cancel',
  saidSuggestion: 'Suggestion for {name}: {text}',
  saidAccepted: 'Alt text of {name}: {text}',
  saidDecorative: '{name} is decorative.',
  saidRejected: 'Suggestion for {name} rejected.',
  saidUndone: 'Alt text of {name} taken back.',
  saidFailed: 'No suggestion for {name}: {reason}',
};

/** Fills in what stands in braces. */
export function fill(label: string, values: Record<string, string | number>): string {
  return label.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}
