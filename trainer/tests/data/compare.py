"""Compares `showtell score` with pycocoevalcap on the same files: scores and seconds. Takes Java.

pip install pycocoevalcap==1.2
python compare.py PROGRAM REFS HYPS [IMAGES [ROUNDS]]

PROGRAM is the built `showtell`; IMAGES keeps only so many images; with ROUNDS both run so often in
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
        bleu, _ = Bleu(4).compute_score(references, captions)
    return dict(zip(NAMES, [*bleu, Rouge().compute_score(references, captions)[0],
                            Cider().compute_score(references, captions)[0]]))


def ours(program, refs, hyps):
    command = [program, "score", "--json", "--refs", str(refs), "--hyps", str(hyps)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, close_fds=False).stdout)


program, refs, hyps = sys.argv[1:4]
images = int(sys.argv[4]) if len(sys.argv) > 4 else None
rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 1
with tempfile.TemporaryDirectory() as folder:
    rows = json.loads(Path(hyps).read_text())[:images]
    chosen = {row["image_id"] for row in rows}
    full = json.loads(Path(refs).read_text())
    kept = [row for row in full["annotations"] if row["image_id"] in chosen]
    refs, hyps = Path(folder, "refs.json"), Path(folder, "hyps.json")
    refs.write_text(json.dumps({"images": [{"id": image} for image in chosen], "annotations": kept}))
    hyps.write_text(json.dumps(rows))
    times = [[], []]
    for _ in range(rounds):
        begun = time.perf_counter()
        expected = theirs(refs, hyps)
        between = time.perf_counter()
        found = ours(program, refs, hyps)
        times[0].append(between - begun)
        times[1].append(time.perf_counter() - between)
for name in NAMES:
    print(f"{name:8} {expected[name]:.10f} {found[name]:.10f} differ by {abs(expected[name] - found[name]):.1e}")
a, b = map(statistics.median, times)
print(f"{len(rows)} images, {len(kept)} references: pycocoevalcap {a:.2f} s, showtell {b:.3f} s, {a / b:.0f} times")
