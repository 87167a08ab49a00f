"""Compares `showtell score` with pycocoevalcap on the same files: scores and seconds. Takes Java.

pip install pycocoevalcap==1.2
python compare.py PROGRAM REFS HYPS [IMAGES [ROUNDS]]

REFS is a captions file of COCO or Flickr8k's Flickr8k.token.txt. PROGRAM is the built `showtell`; IMAGES keeps only so many images; with ROUNDS both run so often in
turn and the medians are printed. Reading the files is in both times, starting Python is not.
"""

import contextlib
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

NAMES = ["bleu1", "bleu2", "bleu3", "bleu4", "rouge_l", "cider"]


def theirs(refs, hyps):
    captions = {row["image_id"]: [row] for row in json.loads(Path(hyps).read_text())}
    references = {image: [] for image in captions}
    for row in json.loads(Path(refs).read_text())["annotations"]:
        if row["image_id"] in references:
            references[row["image_id"]].append(row)
    tokenizer = PTBTokenizer()
    references, captions = tokenizer.tokenize(references), tokenizer.tokenize(captions)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        bleu, bleus = Bleu(4).compute_score(references, captions)
    rouge, rouges = Rouge().compute_score(references, captions)
    cider, ciders = Cider().compute_score(references, captions)
    return dict(zip(NAMES, [*bleu, rouge, cider])), dict(zip(captions, zip(*bleus, rouges, ciders)))


def ours(program, refs, hyps, *options):
    command = [program, "score", "--json", "--refs", str(refs), "--hyps", str(hyps), *options]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, close_fds=False).stdout)


def annotations(path):
    if path.endswith(".json"):
        return json.loads(Path(path).read_text())["annotations"]
    rows = [line.split("\t", 1) for line in Path(path).read_text().splitlines()]
    return [{"image_id": name.split("#")[0], "caption": caption} for name, caption in rows]


program, refs, hyps = sys.argv[1:4]
images = int(sys.argv[4]) if len(sys.argv) > 4 else None
rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 1
with tempfile.TemporaryDirectory() as folder:
    rows = json.loads(Path(hyps).read_text())[:images]
    chosen = {row["image_id"] for row in rows}
    kept = [row for row in annotations(refs) if row["image_id"] in chosen]
    refs, hyps = Path(folder, "refs.json"), Path(folder, "hyps.json")
    refs.write_text(json.dumps({"images": [{"id": image} for image in chosen], "annotations": kept}))
    hyps.write_text(json.dumps(rows))
    times = [[], []]
    for _ in range(rounds):
        begun = time.perf_counter()
        expected, each = theirs(refs, hyps)
        between = time.perf_counter()
        found = ours(program, refs, hyps)
        times[0].append(between - begun)
        times[1].append(time.perf_counter() - between)
    rows_found = {row["image_id"]: row for row in ours(program, refs, hyps, "--per-image")["per_image"]}
for place, name in enumerate(NAMES):
    worst = max(abs(row[name] - each[image][place]) for image, row in rows_found.items())
    differ = abs(expected[name] - found[name])
    print(f"{name:8} {expected[name]:.10f} {found[name]:.10f} differ by {differ:.1e}; one image by at most {worst:.1e}")
a, b = map(statistics.median, times)
print(f"{len(rows)} images, {len(kept)} references: pycocoevalcap {a:.2f} s, showtell {b:.3f} s, {a / b:.0f} times")
