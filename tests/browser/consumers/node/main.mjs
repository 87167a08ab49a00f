// Does not dispose of the captioner: an idle one must not keep the program running.
import { load } from 'showtell';

const captioner = await load();
for await (const { image, caption, error } of captioner.captionAll(process.argv.slice(2))) {
  console.log(
    JSON.stringify({ image, hedged: caption?.hedged, size: [caption?.width, caption?.height], error: error?.code }),
  );
}
