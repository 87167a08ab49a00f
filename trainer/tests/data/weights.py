"""Makes the small weights files that the tests of trainer/src/weights read.

    pip install torch numpy safetensors
    python trainer/tests/data/weights.py

The same four tensors (one of them not contiguous, in four number formats) and a counter in every
form: safetensors; `torch.save`'s ZIP and the stream before it; wrapped in a checkpoint after data-
parallel training; and the TAR of PyTorch before 0.1.10, which is written here by hand. Besides
these two files with an object that would run a command when unpickled.
"""
import collections
import io
import os
import pathlib
import pickle
import struct
import tarfile

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent

tensors = collections.OrderedDict(
    {
        "conv.weight": torch.arange(6, dtype=torch.float32).reshape(3, 2).T[:, :, None, None],
        "bn.weight": torch.tensor([1.5, -2.0], dtype=torch.float16),
        "bn.bias": torch.tensor([0.25, 3.0], dtype=torch.bfloat16),
        "bn.running_var": torch.tensor([1.0, 2.0], dtype=torch.float64),
        "bn.num_batches_tracked": torch.tensor(7),
    }
)

single = {name: value.float() if value.dtype == torch.float64 else value for name, value in tensors.items()}
save_file({name: value.contiguous() for name, value in single.items()}, HERE / "weights.safetensors")
torch.save(tensors, HERE / "weights_zip.pth")
torch.save(tensors, HERE / "weights_stream.pth", _use_new_zipfile_serialization=False)
parallel = {f"module.{name}": value for name, value in tensors.items()}
momentum = torch.zeros(3)
torch.save({"epoch": 3, "state_dict": parallel, "optimizer": {"momentum": momentum}}, HERE / "weights_wrapped.pt")


def with_class(items, name):
    """Pickles `(*items, torch.name)`; there is no such class in today's torch."""
    body = b"".join(pickle.dumps(item, protocol=2)[2:-1] for item in items)
    return b"\x80\x02(" + body + f"ctorch\n{name}\nt.".encode()


class Persistent:
    def __init__(self, key):
        self.key = key


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        return str(value.key) if isinstance(value, Persistent) else None


storages, table = io.BytesIO(), io.BytesIO()
pickle.dump(4, storages, protocol=2)
pickle.dump(4, table, protocol=2)
state = collections.OrderedDict()
for index, (name, value) in enumerate(list(tensors.items())[:4]):
    value = value.float().contiguous()
    storages.write(with_class([1000 + index, "cpu"], "FloatStorage"))
    storages.write(struct.pack("<q", value.numel()) + value.numpy().tobytes())
    table.write(with_class([2000 + index, 1000 + index], "FloatTensor"))
    table.write(struct.pack("<ii", value.ndim, 0))
    table.write(struct.pack(f"<{value.ndim}q", *value.shape) + struct.pack(f"<{value.ndim}q", *value.stride()))
    table.write(struct.pack("<q", 0))
    state[name] = Persistent(2000 + index)
pickle.dump([], storages, protocol=2)
saved = io.BytesIO()
Pickler(saved, protocol=2).dump(state)
system = pickle.dumps({"protocol_version": 1000, "little_endian": True, "type_sizes": {}}, protocol=2)
entries = {"sys_info": system, "storages": storages.getvalue(), "tensors": table.getvalue(), "pickle": saved.getvalue()}
with tarfile.open(HERE / "weights_tar.pth", "w", format=tarfile.USTAR_FORMAT) as archive:
    for name, content in entries.items():
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))


class Malicious:
    def __reduce__(self):
        return os.system, ("touch /tmp/showtell-was-here",)


hidden = {**tensors, "conv.scale": Malicious()}
torch.save(hidden, HERE / "malicious_zip.pth")
torch.save(hidden, HERE / "malicious_stream.pth", _use_new_zipfile_serialization=False)
