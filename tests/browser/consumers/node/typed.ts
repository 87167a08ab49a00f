// Compiles where the package's types fit its documentation, and not where they are wrong.
import { ImageError, load, type Caption, type Outcome } from 'showtell';

const captioner = await load({ device: 'cpu', patience: 60_000, onProgress: ({ loaded, total }) => loaded / total });
const caption: Caption = await captioner.caption(new Uint8Array(), { beam: 3 });
const sure: number = caption.confidence * (caption.trust === 'plain' ? 1 : 0.5);
for await (const outcome of captioner.captionAll(['a.jpg', 'b.jpg'])) {
  const known: Outcome<unknown> = outcome;
  const text: string = outcome.caption ? outcome.caption.hedged : outcome.error.message;
  if (outcome.error instanceof ImageError && outcome.error.code === 'format') console.log(known, text, sure);
}
// @ts-expect-error: there is no such device
await load({ device: 'gpu' });
// @ts-expect-error: a number is no picture
await captioner.caption(7);
captioner.dispose();
