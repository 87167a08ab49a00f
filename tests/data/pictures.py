"""Makes the odd pictures of tests/tests/photos.rs from assets/photos/astronaut.jpg: pip install pillow"""
import pathlib
import struct
import zlib

from PIL import Image

HERE = pathlib.Path(__file__).parent
photo = Image.open(HERE / "../../assets/photos/astronaut.jpg").resize((225, 150), Image.Resampling.BICUBIC)

photo.save(HERE / "upright.png")
exif = Image.Exif()
exif[0x0112] = 6  # The camera was held on its side: turn by 90 degrees clockwise to see it upright.
photo.transpose(Image.Transpose.ROTATE_90).save(HERE / "rotated.jpg", quality=95, subsampling=0, exif=exif)
photo.convert("CMYK").save(HERE / "cmyk.jpg", quality=95, subsampling=0)
photo.convert("L").save(HERE / "grey.jpg", quality=95)
photo.convert("L").convert("I").point(lambda v: v * 257).convert("I;16").save(HERE / "sixteen.png")
clear = photo.convert("RGBA")
clear.putalpha(Image.new("L", photo.size, 255))
clear.save(HERE / "alpha.png")
photo.save(HERE / "animated.webp", save_all=True, append_images=[Image.new("RGB", photo.size, "red")], duration=100, lossless=True)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def hollow_png(name, width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + data)


hollow_png("nothing.png", 0, 0)
hollow_png("huge.png", 20_000, 20_000)
