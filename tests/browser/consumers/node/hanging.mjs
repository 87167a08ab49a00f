// Its first thread hangs over its first picture, the second over its second, the third over its first.
import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';

const HANGS = [1, 2, 1];
let count = 0;
threads.Worker = class extends threads.Worker {
  constructor(worker, options) {
    const workerData = { worker: worker.href, hangs: HANGS[count] };
    super(new URL('./hanging.worker.mjs', import.meta.url), { ...options, workerData });
    count += 1;
  }
};
syncBuiltinESMExports();
const { load } = await import('showtell');

const [photo, patience] = process.argv.slice(2);
const captioner = await load({ patience: Number(patience) });
const answers = [photo, photo, photo].map((photo) =>
  captioner.caption(photo).then(
    ({ hedged }) => hedged,
    (error) => `${error.code}: ${error.message}`,
  ),
);
console.log(JSON.stringify({ answers: await Promise.all(answers), threads: count }));
