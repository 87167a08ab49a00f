// Where the captioner declines, the page helps on: why, what the file says of itself, a frame to fill with the cursor
// in it, the guess folded away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chunk, drawn } from './drawn.mjs';
import { readFileSync } from 'node:fs';
import { PHOTOS } from './native.mjs';
import { browser, Showtell } from './page.mjs';

/** Stripes that the captioner can say nothing of, with what a PNG may say of itself. */
const stripes = (description) => {
  const text = (words) => chunk('tEXt', Buffer.from(`Description\0${words}`, 'latin1'));
  return drawn(3, description ? [text(description)] : []);
};

let chromium, showtell;
before(async () => {
  chromium = await browser();
  showtell = await Showtell.open(chromium.context);
  await showtell.ready();
  await showtell.drop('boats.jpg', 'image/jpeg', readFileSync(`${PHOTOS}boats.jpg`));
  await showtell.through(1);
});
after(() => chromium.close());

const field = () => showtell.find('alt-text');
const rows = async () => JSON.parse((await showtell.download('export-json')).bytes);

test('it says why, folds its guess away, and puts the cursor into a frame', async () => {
  await showtell.drop('stripes.png', 'image/png', stripes());
  await showtell.through(2);
  assert.equal(await showtell.reviewed('unwritten').count(), 1);
  // From the photo before, by the keyboard.
  await showtell.items().first().locator('.pick').click();
  await field().press('Enter');
  await showtell.find('caption').getByText('I cannot describe this picture well').waitFor();
  await showtell.find('why').getByText('unlike the photos').waitFor();
  await showtell.page.waitForFunction(() => document.activeElement?.id === 'alt-text');
  assert.equal(await field().inputValue(), '');
  assert.equal(await field().getAttribute('placeholder'), 'Who or what – does what – where');
  assert.equal(await showtell.find('carried').count(), 0);
  assert.equal(await showtell.page.locator('.confidence').count(), 0);
  const guess = showtell.find('guess');
  assert.equal(await guess.getAttribute('open'), null);
  await guess.locator('summary').click();
  const offered = guess.getByRole('button').first();
  const sentence = await offered.innerText();
  await offered.click();
  assert.equal(await field().inputValue(), sentence);
  assert.equal((await rows())[1].state, 'accepted');
});

test('the description that the file carries is the suggestion, and leaves once it is accepted', async () => {
  await showtell.drop('told.png', 'image/png', stripes('Waves of colour, from caf\xe9 walls'));
  await showtell.through(3);
  const carried = showtell.find('carried').getByRole('button');
  await carried.waitFor();
  assert.equal(await carried.innerText(), 'Waves of colour, from café walls');
  assert.equal(await field().inputValue(), 'Waves of colour, from café walls');
  assert.deepEqual(
    [(await rows())[2]].map(({ state, alt, draft }) => [state, alt, draft]),
    [['suggested', null, 'Waves of colour, from café walls']],
  );
  await field().press('Enter');
  assert.deepEqual(
    [(await rows())[2]].map(({ alt, draft }) => [alt, draft]),
    [['Waves of colour, from café walls', null]],
  );
});

test('beside a caption it is offered first', async () => {
  // An EXIF description in a photo that is captioned.
  const description = Buffer.from('Boats before a village\0');
  const tiff = Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0', 'latin1'),
    Buffer.from([description.length, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]),
    description,
  ]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, body.length + 2]);
  const photo = Buffer.concat([head, body, readFileSync(`${PHOTOS}boats.jpg`).subarray(2)]);
  await showtell.drop('described.jpg', 'image/jpeg', photo);
  await showtell.through(4);
  const carried = showtell.find('carried').getByRole('button');
  await carried.waitFor();
  assert.notEqual(await field().inputValue(), 'Boats before a village');
  await carried.click();
  assert.equal(await field().inputValue(), 'Boats before a village');
});

test('what a camera writes by itself is no description', async () => {
  await showtell.drop('camera.png', 'image/png', stripes('OLYMPUS DIGITAL CAMERA'));
  await showtell.through(5);
  assert.equal(await showtell.reviewed('unwritten').count(), 1);
  assert.equal(await showtell.find('carried').count(), 0);
});

test('a file that cannot be read says what helps', async () => {
  for (const [name, words] of [
    ['IMG_0815.HEIC', /cannot read HEIC\. Set the camera to “Most compatible”/],
    ['drawing.svg', /drawings in SVG are not described/],
  ]) {
    await showtell.drop(name, '', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
    await showtell.find('error').getByText(words).waitFor();
    assert.equal(await showtell.find('retry').count(), 0);
  }
  assert.deepEqual(showtell.complaints, []);
});
