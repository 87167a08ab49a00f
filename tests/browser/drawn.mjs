// Pictures drawn for tests, so that none has to be brought along.

import { deflateSync } from 'node:zlib';

/** The checksum of PNG's chunks; Node.js has it only since version 22. */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** A chunk of a PNG. */
export function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of three bytes a pixel, or one, with other chunks behind its header. */
export function png(width, height, pixels, between = []) {
  const channels = pixels.length / (width * height);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = channels === 3 ? 2 : 0;
  const stride = width * channels;
  const rows = Buffer.alloc((stride + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk('IDAT', deflateSync(rows, { level: 1 }));
  return Buffer.concat([mark, chunk('IHDR', header), ...between, data, chunk('IEND', Buffer.alloc(0))]);
}

/** A small picture of coloured stripes, another for each number: nothing that the captioner has learnt. */
export function drawn(number, between = []) {
  const [width, height] = [48, 36];
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const wave = Math.sin((x * (1 + (number % 5)) + y * (1 + (number % 7))) / 3);
      pixels.set([128 + 100 * wave, (number * 37 + 5 * x) % 256, (number * 91 + 5 * y) % 256], (y * width + x) * 3);
    }
  }
  return png(width, height, pixels, between);
}
