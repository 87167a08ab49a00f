"""Reads a folder that `showtell prepare` wrote, with the readers that others use.

pip install pyarrow polars duckdb datasets pillow
python shards.py FOLDER

Each must find the rows that dataset.json names, the same names, captions and bytes in the same order,
and `datasets` must decode each photo.
"""

import hashlib
import json
import sys
from pathlib import Path

import datasets
import duckdb
import polars
import pyarrow.parquet

folder = Path(sys.argv[1])
manifest = json.loads((folder / "dataset.json").read_text())


def summary(rows):
    """Number of rows and a digest of (name, bytes, captions, split)."""
    digest, count = hashlib.sha256(), 0
    for name, data, captions, split in rows:
        for part in [name.encode(), data, *(caption.encode() for caption in captions), split.encode()]:
            digest.update(len(part).to_bytes(8, "little") + part)
        count += 1
    return count, digest.hexdigest()


def fields(row):
    return row["image"]["path"], row["image"]["bytes"], row["captions"], row["split"]


def with_pyarrow(path):
    for batch in pyarrow.parquet.ParquetFile(path).iter_batches(64):
        yield from map(fields, batch.to_pylist())


def with_polars(path):
    yield from map(fields, polars.read_parquet(path).iter_rows(named=True))


def with_duckdb(path):
    query = "select image.path, image.bytes, captions, split from read_parquet(?)"
    yield from duckdb.execute(query, [str(path)]).fetchall()


def with_datasets(path):
    read = datasets.load_dataset("parquet", data_files=str(path), split="train", streaming=True)
    yield from map(fields, read.cast_column("image", datasets.Image(decode=False)))


for split in ["train", "dev", "test"]:
    photos = 0
    for shard in manifest[split]["shards"]:
        path = folder / shard["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == shard["sha256"], path
        found = {read.__name__: summary(read(path)) for read in [with_pyarrow, with_polars, with_duckdb, with_datasets]}
        assert len(set(found.values())) == 1, (path, found)
        assert found["with_pyarrow"][0] == shard["photos"], (path, found)
        read = datasets.load_dataset("parquet", data_files=str(path), split="train", streaming=True)
        assert isinstance(read.features["image"], datasets.Image), read.features
        sizes = {row["image"].size for row in read}
        print(f"{path.name}: {shard['photos']} photos, digest {found['with_pyarrow'][1][:16]}, sizes {sorted(sizes)[:3]}")
        photos += shard["photos"]
    assert photos == manifest[split]["photos"]
whole = datasets.load_dataset("parquet", data_dir=str(folder), streaming=True)
print("datasets finds the splits", list(whole))
print("pyarrow, polars, duckdb and datasets agree")
