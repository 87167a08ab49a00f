// Photos in by every way, texts out in every form, and nothing lost on the way.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { browser, Showtell } from './page.mjs';
import { nativeCaption, PHOTOS } from './native.mjs';

const NAMES = ['astronaut.jpg', 'boats.jpg', 'chelsea.jpg', 'coffee.jpg', 'rocket.jpg'];
const CAT = PHOTOS + 'chelsea.jpg';

/** The files of a ZIP that is only stored: names and texts. */
function unzip(bytes) {
  const files = {};
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
    const [method, size, name, extra] = [at + 8, at + 18, at + 26, at + 28].map((place, index) =>
      index === 1 ? bytes.readUInt32LE(place) : bytes.readUInt16LE(place),
    );
    const start = at + 30 + name + extra;
    const body = bytes.subarray(start, start + size);
    files[bytes.toString('utf8', at + 30, at + 30 + name)] = (method ? inflateRawSync(body) : body).toString();
    at = start + size;
  }
  return files;
}

let chromium, showtell, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'showtell-desk-'));
  chromium = await browser();
  await chromium.context.grantPermissions(['clipboard-read', 'clipboard-write', 'camera']);
  showtell = await Showtell.open(chromium.context);
  await showtell.ready();
});
after(async () => {
  await chromium.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An empty desk. */
async function clear() {
  if (await showtell.find('queue-clear').count()) await showtell.find('queue-clear').click();
}

/** Waits until a text has been written where a reload finds it. */
async function kept(text) {
  await showtell.page.waitForFunction(async (text) => {
    const asked = (request) =>
      new Promise((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
    const database = await asked(indexedDB.open('showtell'));
    const notes = await asked(database.transaction('notes').objectStore('notes').getAll());
    database.close();
    return notes.some((note) => note.includes(text));
  }, text);
}

describe('photos come in', () => {
  afterEach(clear);

  test('by pasting, wherever the focus is', async () => {
    await showtell.paste('pasted.png', 'image/png', readFileSync(CAT));
    assert.equal((await showtell.suggestion()).caption, nativeCaption(CAT).told);
    await showtell.find('live').getByText('pasted.png: ').waitFor();
  });

  test('as a folder with other folders in it, what is no picture left out', async () => {
    const pictures = join(folder, 'pictures');
    mkdirSync(join(pictures, 'deep'), { recursive: true });
    cpSync(CAT, join(pictures, 'cat.jpg'));
    cpSync(PHOTOS + 'boats.jpg', join(pictures, 'deep', 'boats.jpg'));
    writeFileSync(join(pictures, 'notes.txt'), 'not a picture');
    await showtell.find('folder-input').setInputFiles(pictures);
    await showtell.find('notice').getByText('One file was no picture').waitFor();
    assert.equal(await showtell.find('skipped').locator('p').textContent(), 'pictures/notes.txt');
    await showtell.items('done').nth(1).waitFor();
    assert.equal(await showtell.items().count(), 2);
    await showtell.find('dismiss').click();
  });

  test('by address, from this site or carried in the address', async () => {
    const open = () => showtell.page.locator('details.address:not([open]) summary').click();
    for (const [address, name] of [
      ['photos/chelsea.jpg', 'chelsea.jpg'],
      [`data:image/jpeg;base64,${readFileSync(CAT).toString('base64')}`, 'picture'],
    ]) {
      // With the first photo the ways in move from the middle to the others.
      if (!(await showtell.find('address').isVisible())) await open();
      await showtell.find('address').fill(address);
      await showtell.find('address-add').click();
      await showtell.button(new RegExp(`^${name}, (suggested|to write yourself)`)).waitFor();
      assert.equal((await showtell.suggestion()).caption, nativeCaption(CAT).told);
    }
    for (const [address, notice] of [
      ['https://example.org/a.jpg', /https:\/\/example\.org is another site/],
      ['photos/nowhere.jpg', /no picture at photos\/nowhere\.jpg/],
      ['http://', /no picture at/],
    ]) {
      await showtell.find('address').fill(address);
      await showtell.find('address-add').click();
      await showtell.find('notice').getByText(notice).waitFor();
    }
    assert.equal(await showtell.items().count(), 2);
    assert.ok(showtell.requests.every((url) => !url.includes('example.org')));
    await showtell.find('dismiss').click();
  });

  test('from the camera, which is given back', async () => {
    await showtell.page.evaluate(() => {
      const devices = navigator.mediaDevices;
      const own = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (wanted) => (window.camera = await own((window.wanted = wanted)));
    });
    await showtell.find('camera').click();
    await showtell.find('camera-take').and(showtell.page.locator(':enabled')).click();
    await showtell.suggestion();
    assert.match(await showtell.items().first().locator('.pick').getAttribute('title'), /^camera .*\.jpg$/);
    await showtell.page.waitForFunction(() => window.camera.active === false);
    // On a phone the camera that looks away from its owner.
    assert.equal(await showtell.page.evaluate(() => window.wanted.video.facingMode), 'environment');
  });

  test('as samples', async () => {
    await showtell.find('samples').getByRole('button').first().click();
    await showtell.suggestion();
    assert.equal(await showtell.items().count(), 1);
  });

  test('a format that only the browser reads', async () => {
    const bmp = await showtell.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(64, 48);
      const context = canvas.getContext('2d');
      context.fillStyle = 'green';
      context.fillRect(0, 0, 64, 48);
      // A bitmap by hand: 24 bits, rows from the bottom, padded to four bytes.
      const { data } = context.getImageData(0, 0, 64, 48);
      const bytes = new Uint8Array(54 + 64 * 48 * 3);
      const view = new DataView(bytes.buffer);
      bytes.set([0x42, 0x4d]);
      for (const [at, value] of [
        [2, bytes.length],
        [10, 54],
        [14, 40],
        [18, 64],
        [22, 48],
        [34, 64 * 48 * 3],
      ]) {
        view.setUint32(at, value, true);
      }
      view.setUint16(26, 1, true);
      view.setUint16(28, 24, true);
      for (let pixel = 0; pixel < 64 * 48; pixel += 1) {
        bytes.set([data[4 * pixel + 2], data[4 * pixel + 1], data[4 * pixel]], 54 + 3 * pixel);
      }
      return Array.from(bytes);
    });
    await showtell.drop('green.bmp', 'image/bmp', Buffer.from(bmp));
    await showtell.suggestion();
  });

  test('nothing comes of what is no file', async () => {
    const text = await showtell.page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.setData('text/plain', 'words');
      return transfer;
    });
    await showtell.find('drop-zone').dispatchEvent('drop', { dataTransfer: text });
    await showtell.find('notice').getByText('That held no file').waitFor();
    await showtell.find('dismiss').click();
    assert.equal(await showtell.find('notice').count(), 0);
  });
});

describe('the queue', () => {
  after(clear);

  test('takes many at once, shows how far it is, stops and goes on', async () => {
    await showtell.choose(...NAMES.map((name) => PHOTOS + name));
    await showtell.items('done').first().waitFor();
    await showtell.find('queue-stop').click();
    await showtell
      .find('status')
      .getByText(/Stopped: .* wait/)
      .waitFor();
    const done = await showtell.items('done').count();
    assert.ok(done < NAMES.length);
    // What is at work begins the next as it ends, and nothing else does: all others wait for the visitor.
    assert.equal(await showtell.items('working').count(), 0);
    assert.equal(await showtell.items('waiting').count(), NAMES.length - done);
    await showtell.button('Go on').click();
    await showtell.through(5);
    for (const [index, name] of NAMES.entries()) {
      await showtell.items().nth(index).locator('.pick').click();
      assert.equal((await showtell.suggestion()).caption, nativeCaption(PHOTOS + name).told, name);
    }
  });

  test('a photo that fails is named and removed, and tried again only where that can help', async () => {
    await showtell.drop('broken.jpg', 'image/jpeg', readFileSync(CAT).subarray(0, 900));
    await showtell.shown('refused').waitFor();
    assert.match(await showtell.find('error').innerText(), /^broken\.jpg: the file is damaged/);
    await showtell.heard(/broken\.jpg has no caption/);
    // Trying again helps no file that is damaged.
    assert.equal(await showtell.find('retry').count(), 0);
    assert.equal(await showtell.find('queue-retry').count(), 0);
    await showtell.button('Remove broken.jpg').click();
    assert.equal(await showtell.items().count(), NAMES.length);
    // The focus is on what took its place.
    await showtell.page.locator('.pick[aria-label^="rocket.jpg"]:focus').waitFor();
  });

  test('survives a reload with what was written', async () => {
    await showtell.items().nth(2).locator('.pick').click();
    await showtell.find('alt-text').fill('A tabby cat, close up.');
    await kept('A tabby cat, close up.');
    await showtell.page.reload();
    await showtell.find('notice').getByText('5 photos of your last visit').waitFor();
    assert.equal(await showtell.items('done').count(), 5);
    await showtell.items().nth(2).locator('.pick').click();
    assert.equal(await showtell.find('alt-text').inputValue(), 'A tabby cat, close up.');
    assert.equal(await showtell.find('caption').innerText(), nativeCaption(CAT).told);
    await showtell.ready();
  });

  test('photos that come while the page begins take the place of none', async () => {
    await showtell.page.evaluate(() => {
      // Opening the database takes its time.
      sessionStorage.slow = '1';
    });
    await showtell.page.addInitScript(() => {
      if (!sessionStorage.slow) return;
      delete sessionStorage.slow;
      const request = navigator.locks.request.bind(navigator.locks);
      navigator.locks.request = async (...given) => {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return request(...given);
      };
    });
    await showtell.page.reload();
    await showtell.choose(PHOTOS + 'rocket.jpg');
    await showtell.through(6);
    await showtell.page.locator('.strip li:last-child .remove').click();
    await showtell.through(5);
    await showtell.ready();
  });

  test('a second tab says that it keeps nothing, and disturbs nothing', async () => {
    const other = await Showtell.open(chromium.context);
    await other.find('notice').getByText('Another tab keeps its queue').waitFor();
    await other.ready();
    await other.choose(CAT);
    assert.equal((await other.suggestion()).caption, nativeCaption(CAT).told);
    await other.page.close();
    assert.equal(await showtell.items('done').count(), 5);
  });

  test('is exported as CSV, JSON and Markdown', async () => {
    const csv = await showtell.download('export-csv');
    assert.equal(csv.name, 'alt-texts.csv');
    const lines = csv.bytes.toString().replace(/\r\n$/, '').split('\r\n');
    assert.equal(lines[0], '\ufeffpath,alt,state,draft,purpose,suggestion,trust,confidence,remarks,problem');
    assert.equal(lines.length, 6);
    assert.match(lines[3], /^chelsea\.jpg,"A tabby cat, close up\.",edited,,informative,/);
    const rows = JSON.parse((await showtell.download('export-json')).bytes);
    assert.deepEqual(
      rows.map((row) => row.file),
      NAMES,
    );
    assert.equal(rows[2].alt, 'A tabby cat, close up.');
    assert.equal(rows[2].suggestion, nativeCaption(CAT).caption);
    assert.deepEqual([rows[2].width, rows[2].height], [451, 300]);
    const files = unzip((await showtell.download('export-zip')).bytes);
    assert.match(files['chelsea.jpg.md'], /^!\[A tabby cat, close up\.\]\(chelsea\.jpg\)/);
    assert.equal(Object.keys(files).length, 6);
  });
});

describe('the alt text', () => {
  before(async () => {
    await showtell.choose(CAT);
    await showtell.suggestion();
  });
  after(clear);

  const remarks = () => showtell.find('remarks').innerText();

  test('is checked while it is written', async () => {
    for (const [text, remark] of [
      ['A tabby cat.', /^$/],
      ['', /There is no text yet/],
      ['Photo of a cat', /“Photo of” can go/],
      ['chelsea.jpg', /This is a file name/],
      ['image', /says nothing/],
      ['a cat cat', /“cat” stands twice/],
      [`A cat ${'and one more kind of thing '.repeat(5)}`, /\d+ characters: most alt texts do with 125/],
      ['A cat. '.repeat(40), /^279 characters: too long/],
    ]) {
      await showtell.find('alt-text').fill(text);
      assert.match(await remarks(), remark, text);
    }
    assert.match(await showtell.page.locator('.count').innerText(), /\d+ characters/);
  });

  test('depends on what the image is for, and no text is lost on the way', async () => {
    await showtell.find('alt-text').fill('A tabby cat.');
    const choose = (name) => showtell.find('purpose').getByRole('radio', { name }).check();
    await choose('Decoration only');
    assert.ok(await showtell.find('alt-text').isDisabled());
    assert.equal(await showtell.find('alt-text').inputValue(), '');
    assert.equal(await remarks(), '');
    await showtell.find('copy-html').click();
    await showtell.button('Copied').waitFor();
    assert.equal(await clipboard(), '<img src="chelsea.jpg" alt="">');
    await choose('Link or button');
    await showtell.page.getByLabel('Where does it lead?').fill('Chelsea’s page');
    await choose('Text in the picture');
    await showtell.page.getByLabel('What does the text say?').fill('Beware of the cat');
    await choose('It shows something');
    assert.equal(await showtell.find('alt-text').inputValue(), 'A tabby cat.');
    await choose('Link or button');
    assert.equal(await showtell.find('alt-text').inputValue(), 'Chelsea’s page');
    const [row] = JSON.parse((await showtell.download('export-json')).bytes);
    assert.deepEqual([row.purpose, row.alt], ['functional', 'Chelsea’s page']);
    await choose('It shows something');
  });

  const clipboard = () => showtell.page.evaluate(() => navigator.clipboard.readText());

  test('is copied as text, HTML and Markdown', async () => {
    await showtell.find('alt-text').fill('A "tabby" <cat> [big]');
    for (const [id, text] of [
      ['copy', 'A "tabby" <cat> [big]'],
      ['copy-html', '<img src="chelsea.jpg" alt="A &quot;tabby&quot; &lt;cat&gt; [big]">'],
      ['copy-markdown', '![A "tabby" \\<cat> \\[big\\]](chelsea.jpg)'],
    ]) {
      await showtell.find(id).click();
      await showtell.find(id).getByText('Copied').waitFor();
      assert.equal(await clipboard(), text);
    }
    // An edit takes the mark away.
    await showtell.find('alt-text').fill('Other');
    assert.equal(await showtell.button('Copied').count(), 0);
  });

  test('is read aloud by the browser', async () => {
    await showtell.page.evaluate(() => {
      window.spoken = [];
      speechSynthesis.speak = (utterance) => window.spoken.push([utterance.text, utterance.lang]);
    });
    await showtell.find('read-aloud').click();
    assert.deepEqual(await showtell.page.evaluate(() => window.spoken), [['Other', 'en']]);
    assert.equal(await showtell.find('read-aloud').getAttribute('aria-pressed'), 'true');
    await showtell.find('read-aloud').click();
    assert.equal(await showtell.find('read-aloud').getAttribute('aria-pressed'), 'false');
  });

  test('the tree holds the sentences that were found', async () => {
    await showtell.find('tree').locator('summary').click();
    // It is grown when it is opened.
    await showtell.find('tree').locator('.best').first().waitFor();
    const best = await showtell.find('tree').locator('.best > .run').allInnerTexts();
    const words = nativeCaption(CAT).words.map((word) => word.word);
    assert.equal(best.join(' '), words.join(' '));
    assert.ok((await showtell.find('tree').locator('li').count()) > 2);
  });

  test('each word tells how likely it was', async () => {
    const chance = await showtell.page.locator('.words .chance').first().innerText();
    const first = nativeCaption(CAT).words[0];
    assert.equal(chance, `${Math.round(Math.exp(first.log_probability) * 100)} %`);
  });
});

test('no request left the origin, and nothing was complained about', () => {
  const origin = new URL(process.env.SHOWTELL_URL).origin;
  const own = (url) => [origin, `blob:${origin}`, 'data:'].some((start) => url.startsWith(start));
  assert.deepEqual(
    showtell.requests.filter((url) => !own(url)),
    [],
  );
  const expected = /nowhere\.jpg|404/;
  assert.deepEqual(
    showtell.complaints.filter((text) => !expected.test(text)),
    [],
  );
});
