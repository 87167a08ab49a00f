/**
 * The worker of Node. The program inside was made for a browser's worker: what it asks of one and
 * Node's threads lack is put in place here, before it starts.
 */
export {};
