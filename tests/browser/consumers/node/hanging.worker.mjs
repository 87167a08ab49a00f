// The package's worker, but for one picture: over that it loops without end.
import { parentPort, workerData } from 'node:worker_threads';

let pictures = 0;
parentPort.on('message', ({ request }) => {
  if (!request.Caption) return;
  pictures += 1;
  while (pictures === workerData.hangs);
});
await import(workerData.worker);
