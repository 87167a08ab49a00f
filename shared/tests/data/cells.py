"""Makes cells.json, the fixture of shared/tests/cells.rs, with PyTorch.

    pip install torch
    python shared/tests/data/cells.py

For an LSTM and a GRU cell: PyTorch's weights under seed 5, an input and a state of two rows, and
the states after the cell has read the input three times.
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
(pathlib.Path(__file__).parent / "cells.json").write_text(json.dumps(cells))
