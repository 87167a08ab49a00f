"""Puts a table of graphics right: what people saw in the pictures stands above what alt texts call them.

python by_eye.py GRAPHICS by-eye.jsonl > graphics.jsonl

GRAPHICS and the other file have a line for each picture, {"image": "graphics/a.webp", "kind": "map"}. A picture that
the second calls null is left out, and one that only the second has is added. It takes plain Python 3.
"""

import json
import sys


def read(path):
    """Kinds by picture, in the order of the file."""
    with open(path, encoding="utf-8") as lines:
        return {row["image"]: row["kind"] for row in map(json.loads, lines)}


kinds = read(sys.argv[1]) | read(sys.argv[2])
for image, kind in kinds.items():
    if kind is not None:
        print(json.dumps({"image": image, "kind": kind}))
