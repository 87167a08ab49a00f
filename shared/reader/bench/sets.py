"""Draws pictures whose text is known, for `compare.py`: lines and paragraphs in fonts of Debian packages, and pages,
charts and signs rendered by Chromium. Each picture gets a file of the same name that ends in .txt.

    apt install fonts-dejavu-core fonts-liberation fonts-roboto fonts-open-sans fonts-lato fonts-ebgaramond chromium
    pip install pillow
    python3 shared/reader/bench/sets.py FOLDER
"""

import html
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
    "/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf",
    "/usr/share/fonts/truetype/lato/Lato-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
]

SENTENCES = """The council will meet on Thursday 14 March at 7:30 pm in the town hall.
Your order no. 48213 has been shipped and arrives within three days.
Please keep your ticket until you leave the station.
Nearly half of all households had more than one car in 1998.
She opened the window, looked at the garden and said nothing.
To reset the password, choose Settings, then Account and Security.
Rain is expected in the north, with winds of up to 60 km/h.
The museum is closed on Mondays; admission costs $12.50 for adults.
We could not find the page that you asked for (error 404).
Add two cups of flour, a pinch of salt and 250 ml of warm milk.
In 2021 the company earned 3.4 billion dollars, 8% more than before.
Do not leave bags unattended at any time.
Version 2.0 reads files that were written by version 1.7 and later.
Most birds of this family build their nests close to the water.
Questions? Write to help@example.org or call 555-0142.
The bridge was built between 1871 and 1883 and is 486 metres long.
Trains to the airport leave every 15 minutes from platform 9.
Choose File > Save as... to keep a copy under another name.
The quick brown fox jumps over the lazy dog.
Doctors advise at least 30 minutes of exercise a day.""".split("\n")

ACCENTED = """Zoë Müller ordered a crème brûlée and a café au lait.
Où est la bibliothèque? Elle est fermée à midi, naturellement.
Die Größe der Tür beträgt 2,10 m; prüfen Sie vorher das Maß.
El niño comió piña mañana y noche en el jardín de su abuela.
Årets största fest hålls på lördag i Malmö.
São Paulo não é a capital do país, mas é a maior cidade.""".split("\n")


def text(rng, count):
    return rng.sample(SENTENCES, count)


def wrap(draw, font, words, width):
    lines, line = [], ""
    for word in words:
        longer = f"{line} {word}".strip()
        if draw.textlength(longer, font=font) > width and line:
            lines.append(line)
            line = word
        else:
            line = longer
    return lines + [line]


def paragraph(rng, font_path, size, ink=(20, 20, 20), paper=(255, 255, 255), sentences=None, width=None):
    font = ImageFont.truetype(font_path, size)
    width = width or size * 34
    probe = ImageDraw.Draw(Image.new("RGB", (8, 8)))
    sentences = sentences or text(rng, 4)
    lines = wrap(probe, font, " ".join(sentences).split(), width)
    high = int(size * 1.45)
    picture = Image.new("RGB", (width + 4 * size, high * len(lines) + 4 * size), paper)
    draw = ImageDraw.Draw(picture)
    for index, line in enumerate(lines):
        draw.text((2 * size, 2 * size + index * high), line, font=font, fill=ink)
    return picture, " ".join(sentences)


def noisy(rng, picture):
    picture = picture.filter(ImageFilter.GaussianBlur(0.6))
    pixels = picture.load()
    for y in range(picture.height):
        for x in range(picture.width):
            shift = int(rng.gauss(0, 14))
            pixels[x, y] = tuple(max(0, min(255, value + shift)) for value in pixels[x, y])
    return picture


def page(body, style=""):
    return (
        "<!doctype html><meta charset=utf-8><style>body{margin:24px;font:14px Arial,sans-serif}"
        f"{style}</style><body>{body}"
    )


def shot(folder, name, markup, size):
    source = Path(tempfile.mkdtemp()) / "page.html"
    source.write_text(markup, encoding="utf-8")
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--window-size={size[0]},{size[1]}", f"--screenshot={folder / (name + '.png')}", str(source)],
        check=True, capture_output=True,
    )


def pages(rng, folder):
    """Screenshots at 1x: an article, a form, a dark page, a table, a page of two columns, a menu."""
    escape = html.escape
    for index in range(4):
        sets = {}
        head, *rest = text(rng, 9)
        sets["article"] = (
            f"<h1>{escape(head)}</h1><p>{escape(' '.join(rest[:4]))}</p><h2>{escape(rest[4])}</h2>"
            f"<p>{escape(' '.join(rest[5:]))}</p>",
            "body{font-family:" + rng.choice(["Arial", "Roboto", "'Open Sans'", "Lato", "'Liberation Serif'"]) + "}p{line-height:1.5;width:760px}",
            [head, " ".join(rest[:4]), rest[4], " ".join(rest[5:])],
        )
        labels = ["First name", "Family name", "E-mail address", "Country", "Telephone"]
        rng.shuffle(labels)
        sets["form"] = (
            "<h2>Create an account</h2>" + "".join(
                f"<p>{label}<br><input style='width:300px' value='{escape(value)}'></p>"
                for label, value in zip(labels, ["Anna", "Lindqvist", "anna@example.org", "Sweden", "555-0199"]))
            + "<p><button>Save changes</button> <button>Cancel</button></p>",
            "body,input,button{font:13px Roboto}",
            ["Create an account"] + [part for pair in zip(labels, ["Anna", "Lindqvist", "anna@example.org", "Sweden", "555-0199"]) for part in pair]
            + ["Save changes Cancel"],
        )
        dark = text(rng, 6)
        sets["dark"] = (
            f"<h2>{escape(dark[0])}</h2><p>{escape(' '.join(dark[1:]))}</p>",
            "body{background:#1e1e1e;color:#d4d4d4;font:14px 'Open Sans'}p{width:700px}",
            [dark[0], " ".join(dark[1:])],
        )
        rows = [("Name", "Department", "Since", "Room")] + [
            (rng.choice(["Maria Lopez", "John Carter", "Wei Zhang", "Ola Nordmann", "Eva Braun-Smith"]),
             rng.choice(["Finance", "Research", "Sales", "Support"]), str(rng.randint(1990, 2024)), str(rng.randint(100, 499)))
            for _ in range(8)]
        sets["table"] = (
            "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + "</table>",
            "td{padding:4px 40px 4px 6px;border-bottom:1px solid #ddd}body{font:13px 'Liberation Sans'}",
            [" ".join(row) for row in rows],
        )
        two = text(rng, 12)
        sets["columns"] = (
            f"<h1>{escape(two[0])}</h1><div class=c><p>{escape(' '.join(two[1:6]))}</p><p>{escape(' '.join(two[6:]))}</p></div>",
            ".c{display:flex;gap:48px}p{width:420px;font:15px Lato;line-height:1.4}",
            [two[0], " ".join(two[1:6]), " ".join(two[6:])],
        )
        entries = ["New window", "Open file...", "Save", "Save as...", "Print", "Page setup", "Close tab", "Quit"]
        rng.shuffle(entries)
        sets["menu"] = (
            "<div style='width:220px;border:1px solid #bbb;padding:6px;background:#f6f6f6'>"
            + "".join(f"<div style='padding:5px 10px'>{entry}</div>" for entry in entries) + "</div>",
            "body{font:12px 'DejaVu Sans'}",
            entries,
        )
        for kind, (body, style, truth) in sets.items():
            name = f"page-{kind}-{index}"
            shot(folder, name, page(body, style), (1000, 640))
            (folder / f"{name}.txt").write_text("\n".join(truth), encoding="utf-8")


def charts(rng, folder):
    """Bar charts and line graphs with title, axes and source. Their order is nobody's: words are compared."""
    for index in range(8):
        title = rng.choice(["Trust in mass media, 2000 to 2020", "Cars per household", "Rainfall by month", "Exports by country"])
        names = rng.sample(["Norway", "Italy", "Japan", "Brazil", "Canada", "Kenya", "India", "Spain"], 6)
        values = [rng.randint(10, 95) for _ in names]
        bars = "".join(
            f"<rect x='{90 + 90 * i}' y='{340 - 2.6 * v}' width='50' height='{2.6 * v}' fill='{rng.choice(['#4477aa', '#cc6677', '#228833'])}'/>"
            f"<text x='{115 + 90 * i}' y='{332 - 2.6 * v}' text-anchor='middle'>{v}</text>"
            f"<text x='{115 + 90 * i}' y='360' text-anchor='middle'>{n}</text>"
            for i, (n, v) in enumerate(zip(names, values)))
        ticks = "".join(f"<text x='60' y='{344 - 65 * i}' text-anchor='end'>{25 * i}</text><line x1='70' x2='640' y1='{340 - 65 * i}' y2='{340 - 65 * i}' stroke='#ddd'/>" for i in range(5))
        svg = (
            "<svg width='680' height='420' font-family='Liberation Sans' font-size='13'>"
            f"<text x='340' y='34' text-anchor='middle' font-size='22'>{title}</text>{ticks}{bars}"
            "<text x='70' y='400' fill='#555'>Source: national statistics, own calculation</text></svg>")
        name = f"chart-{index}"
        shot(folder, name, page(svg, "body{margin:0}"), (680, 420))
        truth = [title, *map(str, values), *names, "0 25 50 75 100", "Source: national statistics, own calculation"]
        (folder / f"{name}.txt").write_text("\n".join(truth), encoding="utf-8")


def signs(rng, folder):
    """A few large letters on a coloured board before a blurred background."""
    words = ["STOP", "EXIT", "NO PARKING", "Bakery", "Open 24 hours", "PUSH", "Main Street", "Wet floor", "Platform 9", "TAXI"]
    for index, word in enumerate(words):
        picture = Image.effect_noise((640, 480), 60).convert("RGB").filter(ImageFilter.GaussianBlur(8))
        board = Image.new("RGBA", (420, 180), rng.choice([(178, 24, 34), (20, 90, 50), (30, 60, 140), (245, 200, 40)]) + (255,))
        font = ImageFont.truetype(FONTS[0].replace("Sans.ttf", "Sans-Bold.ttf"), 52)
        ink = (20, 20, 20) if board.getpixel((0, 0))[0] > 200 else (250, 250, 250)
        ImageDraw.Draw(board).text((210, 90), word, font=font, fill=ink, anchor="mm")
        board = board.rotate(rng.uniform(-12, 12), expand=True, resample=Image.Resampling.BICUBIC)
        picture.paste(board, (100, 130), board)
        name = f"sign-{index}"
        picture.save(folder / f"{name}.jpg", quality=85)
        (folder / f"{name}.txt").write_text(word, encoding="utf-8")


def drawn(rng, folder):
    def keep(name, picture, truth, suffix=".png", **options):
        picture.save(folder / f"{name}{suffix}", **options)
        (folder / f"{name}.txt").write_text(truth, encoding="utf-8")

    for number, font in enumerate(FONTS):
        for size in (12, 14, 18, 28, 60):
            if size == 60:
                keep(f"size60-{number}", *paragraph(rng, font, size, sentences=text(rng, 1), width=900))
            else:
                keep(f"size{size}-{number}", *paragraph(rng, font, size))
        keep(f"dark-{number}", *paragraph(rng, font, 16, (225, 225, 225), (24, 26, 32)))
        keep(f"contrast-{number}", *paragraph(rng, font, 16, (150, 150, 150), (215, 215, 215)))
        keep(f"colour-{number}", *paragraph(rng, font, 18, (250, 240, 120), (40, 70, 160)))
        picture, truth = paragraph(rng, font, 18)
        keep(f"noise-{number}", noisy(rng, picture), truth, ".jpg", quality=60)
        picture, truth = paragraph(rng, font, 20)
        tilted = picture.rotate(rng.choice([-8, -4, 3, 6]), expand=True, fillcolor=(255, 255, 255), resample=Image.Resampling.BICUBIC)
        keep(f"tilted-{number}", tilted, truth)
        for angle in (90, 180, 270):
            picture, truth = paragraph(rng, font, 18, sentences=text(rng, 3))
            keep(f"turned-{number}-{angle}", picture.rotate(angle, expand=True), truth)
        keep(f"accents-{number}", *paragraph(rng, font, 18, sentences=rng.sample(ACCENTED, 3)))


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(26)
    drawn(rng, folder)
    signs(rng, folder)
    pages(rng, folder)
    charts(rng, folder)


main()
