"""Makes cells.json, the fixture of shared/tests/cells.rs, with PyTorch.

    pip install torch
    python shared/tests/data/cells.py

For an LSTM and a GRU cell: PyTorch's weights under seed 5, an input and a state of two rows, and
the states after the cell has read the input three times.

For a merge decoder built of PyTorch's layers, its bidirectional LSTM included: weights, a photo, a
sentence, and the log-probabilities of the next word after each of its prefixes.
"""
import json
import pathlib

import torch

torch.manual_seed(5)
cells = {}
for name, cell in {"lstm": torch.nn.LSTMCell(3, 4), "gru": torch.nn.GRUCell(3, 4)}.items():
    x, hidden, memory = torch.randn(2, 3), torch.randn(2, 4), torch.randn(2, 4)
    weights = {key: value.detach().tolist() for key, value in cell.named_parameters()}
    record = {"weights": weights, "input": x.tolist(), "hidden": hidden.tolist(), "cell": memory.tolist(), "after": []}
    with torch.no_grad():
        for _ in range(3):
            if name == "lstm":
                hidden, memory = cell(x, (hidden, memory))
                record["after"].append({"hidden": hidden.tolist(), "cell": memory.tolist()})
            else:
                hidden = cell(x, hidden)
                record["after"].append({"hidden": hidden.tolist()})
    cells[name] = record
WORDS, CHANNELS, EMBEDDING, TEXT, WIDTH, HIDDEN = 6, 5, 3, 4, 3, 2
layers = {
    "embedding": torch.nn.Embedding(WORDS, EMBEDDING),
    "image": torch.nn.Linear(CHANNELS, WIDTH),
    "text_cell": torch.nn.LSTM(EMBEDDING, TEXT, batch_first=True),
    "text": torch.nn.Linear(TEXT, WIDTH),
    "both": torch.nn.LSTM(2 * WIDTH, HIDDEN, batch_first=True, bidirectional=True),
    "output": torch.nn.Linear(2 * HIDDEN, WORDS),
}
photo, sentence = torch.randn(1, CHANNELS), [1, 5, 3, 4]
after = []
with torch.no_grad():
    image = torch.relu(layers["image"](photo))
    for length in range(1, len(sentence) + 1):
        words, _ = layers["text_cell"](layers["embedding"](torch.tensor([sentence[:length]])))
        merged = torch.cat([layers["text"](words), image[:, None].expand(-1, length, -1)], 2)
        _, (hidden, _) = layers["both"](merged)
        scores = layers["output"](torch.cat([hidden[0], hidden[1]], 1))
        after.append(torch.log_softmax(scores, 1)[0].tolist())
cells["merge"] = {
    "weights": {
        f"{name}.{key}": value.detach().tolist()
        for name, layer in layers.items()
        for key, value in layer.named_parameters()
    },
    "photo": photo.tolist(),
    "sentence": sentence,
    "after": after,
}
(pathlib.Path(__file__).parent / "cells.json").write_text(json.dumps(cells))
