import { load } from 'showtell';
import photo from './photo.jpg';

const captioner = await load({ device: 'cpu' });
const caption = await captioner.caption(photo);
document.getElementById('caption').textContent = caption.hedged;
