/** The worker of the browser that reads words. */

import init from './wasm/reader.js';
import type { Reply } from './protocol.js';

init().catch((error: unknown) => {
  const reason = `the reader's program cannot be started: ${String(error)}`;
  const reply: Reply = { Failed: { failure: 'unreachable', reason } };
  self.postMessage(reply);
});
