import { load } from 'showtell';
import photo from './photo.jpg';

const captioner = await load({ device: 'cpu' });
const caption = await captioner.caption(photo);
// For the test, which has it read words as well.
window.captioner = captioner;
document.getElementById('caption').textContent = caption.hedged;
