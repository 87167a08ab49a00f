import * as showtell from './node_modules/showtell/index.js';

// For the test, which tries everything through it.
window.showtell = showtell;
const captioner = await showtell.load({ device: 'cpu' });
window.captioner = captioner;
const caption = await captioner.caption(document.getElementById('photo'));
document.getElementById('caption').textContent = caption.hedged;
