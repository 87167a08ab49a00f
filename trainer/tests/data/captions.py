"""Holds a run's stored token ids against the Python package `tokenizers`.

pip install tokenizers pyarrow
python captions.py RUN DATA

RUN is a folder that `showtell train` wrote, with tokenizer.json and captions.bin; DATA the prepared data
set it learnt from. Every training caption must give the same ids.
"""

import json
import struct
import sys
from pathlib import Path

import pyarrow.parquet
from tokenizers import Tokenizer

run, data = map(Path, sys.argv[1:])
tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
stored = (run / "captions.bin").read_bytes()
part = json.loads((data / "dataset.json").read_text())["train"]
photos = part["photos"]
offsets = struct.unpack(f"<{photos + 1}Q", stored[-8 * (photos + 1) :])


def captions(photo):
    """Ids of a photo's captions as written; the mirrored ones follow in the file."""
    numbers = iter(struct.unpack_from(f"<{(offsets[photo + 1] - offsets[photo]) // 4}I", stored, offsets[photo]))
    return [[next(numbers) for _ in range(next(numbers))] for _ in range(next(numbers))]


photo = count = 0
for shard in part["shards"]:
    for texts in pyarrow.parquet.read_table(data / shard["file"], columns=["captions"])["captions"].to_pylist():
        expected = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        assert captions(photo) == expected, (photo, texts, captions(photo), expected)
        photo += 1
        count += len(texts)
assert photo == photos
print(f"{count} captions of {photos} photos give the same ids")
