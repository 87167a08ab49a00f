"""Character error rate, word accuracy and time of the reader and of Tesseract, set by set, on what `sets.py` drew.

    apt install tesseract-ocr tesseract-ocr-deu tesseract-ocr-fra tesseract-ocr-spa
    cargo build --release -p showtell-reader --example read
    python3 shared/reader/bench/compare.py target/release/examples/read assets/reader FOLDER [--photos LIST]

LIST has a photo without words on each line. Sets whose order is nobody's, as charts, have their words sorted first.
"""

import collections
import json
import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

SORTED = {"chart"}
LANGUAGES = {"accents": "eng+deu+fra+spa"}
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def plain(text):
    text = unicodedata.normalize("NFC", text).replace("…", "...").translate(PLAIN)
    return " ".join(text.split())


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def tesseract(path, languages="eng"):
    start = time.perf_counter()
    run = subprocess.run(["tesseract", str(path), "-", "-l", languages], capture_output=True, text=True,
                         env=os.environ | {"OMP_THREAD_LIMIT": "2"})
    return run.stdout, 1000 * (time.perf_counter() - start)


def read(program, reader, paths):
    found = {}
    for start in range(0, len(paths), 200):
        run = subprocess.run([program, reader, *map(str, paths[start:start + 200])], capture_output=True, text=True, check=True)
        for line in run.stdout.splitlines():
            row = json.loads(line)
            found[row["path"]] = (row["reading"], row["milliseconds"])
    return found


def main():
    program, reader, folder = sys.argv[1:4]
    quick = "--quick" in sys.argv
    pictures = sorted(path for path in Path(folder).iterdir() if path.suffix in (".png", ".jpg"))
    ours = read(program, reader, pictures)
    sums = collections.defaultdict(lambda: [0] * 8)
    for path in pictures:
        name = path.stem.split("-")[0]
        truth = plain(path.with_suffix(".txt").read_text(encoding="utf-8"))
        reading, spent = ours[str(path)]
        pairs = [(reading["text"], spent)]
        pairs.append(("", 0) if quick else tesseract(path, LANGUAGES.get(name, "eng")))
        total = sums[name]
        total[0] += 1
        total[1] += len(truth)
        for side, (said, spent) in enumerate(pairs):
            said = plain(said)
            expected = truth
            if name in SORTED:
                said, expected = " ".join(sorted(said.split())), " ".join(sorted(expected.split()))
            errors = distance(expected, said)
            words = collections.Counter(expected.split())
            right = sum((words & collections.Counter(said.split())).values())
            total[2 + 3 * side] += errors
            total[3 + 3 * side] += right / max(1, sum(words.values()))
            total[4 + 3 * side] += spent
            if side == 0 and "--show" in sys.argv and errors > 0.01 * len(expected):
                print(f"{path.name} {errors}\n  {expected}\n  {said}", file=sys.stderr)
    print("| set | pictures | CER | words right | ms | CER, Tesseract | words right | ms |\n|---|---|---|---|---|---|---|---|")
    for name, (count, letters, *rest) in sorted(sums.items()):
        cells = []
        for errors, words, spent in (rest[:3], rest[3:]):
            cells += [f"{100 * errors / letters:.1f} %", f"{100 * words / count:.1f} %", f"{spent / count:.0f}"]
        print(f"| {name} | {count} | " + " | ".join(cells) + " |")
    if "--photos" in sys.argv:
        photos = Path(sys.argv[sys.argv.index("--photos") + 1]).read_text().split("\n")
        photos = [path for path in photos if path]
        found = read(program, reader, photos)
        told = {path: reading for path, (reading, _) in found.items() if reading["text"]}
        spent = sum(spent for _, spent in found.values()) / len(photos)
        for path, reading in told.items():
            print(path, [(line["text"], round(line["confidence"], 2)) for line in reading["lines"]], file=sys.stderr)
        theirs = 0 if quick else sum(any(c.isalnum() for c in tesseract(path)[0]) for path in photos)
        print(f"\nPhotos without words: {len(photos)}; with false words {len(told)} ({spent:.0f} ms each), Tesseract {theirs}")


main()
