// Compiles where the package's types fit its documentation, and not where they are wrong.
import { ImageError, load, type Caption, type Outcome, type Reading } from 'showtell';

const captioner = await load({ device: 'cpu', patience: 60_000, onProgress: ({ loaded, total }) => loaded / total });
const caption: Caption = await captioner.caption(new Uint8Array(), { beam: 3 });
const sure: number = caption.confidence * (caption.trust === 'plain' ? 1 : 0.5);
const reading: Reading = await captioner.read('a.png');
const height: number = (reading.lines[0]?.corners[3]?.[1] ?? 0) - (reading.lines[0]?.corners[0]?.[1] ?? 0);
const words: string | undefined = (await captioner.caption('a.png', { text: 'auto' })).reading?.text;
for await (const outcome of captioner.captionAll(['a.jpg', 'b.jpg'])) {
  const known: Outcome<unknown> = outcome;
  const text: string = outcome.caption ? outcome.caption.hedged : outcome.error.message;
  if (outcome.error instanceof ImageError && outcome.error.code === 'format')
    console.log(known, text, sure, height, words);
}
// @ts-expect-error: there is no such device
await load({ device: 'gpu' });
// @ts-expect-error: a number is no picture
await captioner.caption(7);
// @ts-expect-error: words are read or not
await captioner.caption('a.png', { text: 'never' });
captioner.dispose();
