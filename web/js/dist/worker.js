/** The worker of the browser: starts the program that holds the captioner. */
import init from './wasm/captioner.js';
init().catch((error) => {
    const reason = `the captioner's program cannot be started: ${String(error)}`;
    const reply = { Failed: { failure: 'unreachable', reason } };
    self.postMessage(reply);
});
