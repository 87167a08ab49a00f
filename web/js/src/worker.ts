/** The worker of the browser: starts the program that holds the captioner. */

import init from './wasm/captioner.js';
import type { Reply } from './protocol.js';

init().catch((error: unknown) => {
  const reason = `the captioner's program cannot be started: ${String(error)}`;
  const reply: Reply = { Failed: { failure: 'unreachable', reason } };
  self.postMessage(reply);
});
