"""Makes scores.json: sets of captions with what pycocoevalcap 1.2 scores them. Takes Java.

pip install pycocoevalcap==1.2 && python scores.py
"""

import contextlib
import io
import json
import random
from pathlib import Path

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

WHO = ["A man", "An old man", "A woman in a red coat", "Two boys", "A brown dog", "The girl", "Three people", "A child"]
DOES = ["runs", "is running", "jumps", "sits", "is sitting", "climbs a rock", "rides a bike", "plays with a ball"]
WHERE = ["on the grass", "in the snow", "near the water", "on a street", "at the beach", "in a park", "by a red car"]
ENDS = [".", " .", "", "!", " while it's raining.", ", and a dog watches.", ' ("fast")']


def sentence(draw, scene):
    who, does, where = (draw.choice(options) if draw.random() < 0.3 else given
                        for options, given in zip((WHO, DOES, WHERE), scene))
    return f"{who} {does} {where}{draw.choice(ENDS)}"


def photos(seed, count, references=5):
    draw = random.Random(seed)
    for _ in range(count):
        scene = draw.choice(WHO), draw.choice(DOES), draw.choice(WHERE)
        many = references if isinstance(references, int) else draw.choice(references)
        yield [sentence(draw, scene) for _ in range(many)], sentence(draw, scene), draw


def sets():
    yield "close to the references", [(refs, caption) for refs, caption, _ in photos(1, 40)]
    yield "equal to a reference", [(refs, refs[-1]) for refs, _, _ in photos(2, 25)]
    yield "about something else", [(refs, "Some trains cross several bridges at noon") for refs, _, _ in photos(3, 20)]
    yield "some empty, some only punctuation", [
        (refs, ["", caption, " . ", caption][i % 4]) for i, (refs, caption, _) in enumerate(photos(4, 20))
    ]
    yield "all empty", [(refs, "") for refs, _, _ in photos(5, 5)]
    yield "one photo", [(refs, caption) for refs, caption, _ in photos(6, 1)]
    yield "one photo, equal", [(refs, refs[0]) for refs, _, _ in photos(7, 1)]
    yield "long captions", [(refs, " ".join([caption] * 6)) for refs, caption, _ in photos(8, 15)]
    yield "repeated words", [(refs, "the the the the the the dog dog dog") for refs, _, _ in photos(9, 15)]
    yield "one to seven references", [(refs, caption) for refs, caption, _ in photos(10, 30, references=range(1, 8))]
    yield "one word", [(refs, caption.split()[0]) for refs, caption, _ in photos(11, 10)]
    yield "hard text", [
        (["He's 5 7/8 miles from St. Louis, isn't he?", "A naïve café-owner’s “dog” costs $5.50", "x"],
         "He isn't 5 7/8 miles from a café-owner's dog"),
        (["Rock 'n' roll (live) and/or R&B...", "Call (555) 123-4567 now!", "Two C++ books"], "rock 'n' roll , live R&B"),
        (["The U.S. Army, 1,000 men strong", "Some men -- soldiers -- march", "soldiers"], "1,000 men of the U.S. Army march"),
        (["犬が走る", "a dog 😀 runs", "un perro corre"], "a dog runs 😀"),
        (["a b c d e", "", "a b"], "a b c d e"),
    ]


def score(rows):
    tokenizer = PTBTokenizer()
    references = tokenizer.tokenize({i: [{"caption": c} for c in refs] for i, (refs, _) in enumerate(rows)})
    captions = tokenizer.tokenize({i: [{"caption": caption}] for i, (_, caption) in enumerate(rows)})
    with contextlib.redirect_stdout(io.StringIO()):
        bleu, bleus = Bleu(4).compute_score(references, captions)
    rouge, rouges = Rouge().compute_score(references, captions)
    cider, ciders = Cider().compute_score(references, captions)
    names = ["bleu1", "bleu2", "bleu3", "bleu4", "rouge_l", "cider"]
    total = dict(zip(names, map(float, [*bleu, rouge, cider])))
    each = [list(map(float, row)) for row in zip(*bleus, rouges, ciders)]
    return total, each


made = []
for name, rows in sets():
    total, each = score(rows)
    photo = [{"references": refs, "caption": caption, "scores": row} for (refs, caption), row in zip(rows, each)]
    made.append({"name": name, "total": total, "photos": photo})
    print(name, total)
rows = ",\n".join(
    '{{"name": {}, "total": {}, "photos": [\n{}\n]}}'.format(
        json.dumps(one["name"]), json.dumps(one["total"]),
        ",\n".join(json.dumps(photo, ensure_ascii=False) for photo in one["photos"]))
    for one in made)
Path(__file__).with_suffix(".json").write_text(f"[\n{rows}\n]\n", encoding="utf-8")
