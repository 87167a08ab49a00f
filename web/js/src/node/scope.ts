/**
 * A thread of Node as a program finds it that was made for a browser's worker: what that asks of one and Node's
 * threads lack is put in place here, before it starts.
 */

import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';

if (!parentPort) throw new Error('this file is the worker of showtell; import the package instead');
const port = parentPort;

interface Scope {
  onmessage?: (event: { data: unknown }) => void;
  [name: string]: unknown;
}
// As a browser's worker, it is typed otherwise.
const scope = globalThis as unknown as Scope;

scope['postMessage'] = (message: unknown) => port.postMessage(message);
// A browser tells the worker of promises that nobody catches; Node tells the process.
scope['addEventListener'] = (name: string, listen: (event: { reason: unknown }) => void) => {
  if (name === 'unhandledrejection') process.on('unhandledRejection', (reason) => listen({ reason }));
};
// Files lie on a disk already: there is nothing to keep for the next visit.
scope['caches'] = { open: () => Promise.reject(new Error('Node keeps no caches')) };

const overNetwork = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const address = new URL(input instanceof Request ? input.url : input.toString());
  if (address.protocol !== 'file:') return overNetwork(input, init);
  try {
    return new Response(await readFile(address));
  } catch (error) {
    return new Response(String(error), { status: 404 });
  }
};

port.on('message', (data: unknown) => scope.onmessage?.({ data }));
