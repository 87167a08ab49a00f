"""The first step of `trainer/recipes/shipped.toml` in PyTorch, for a CUDA GPU that Burn does not reach.

Learns what `everyday-words.toml` learns: the whole EfficientNet-Lite2 (batch norm folded, frozen statistics) together
with the soft-attention LSTM, with layers that tell the content words of a photo's captions, and held to what its own
classifier said before. It starts from the folder of a run that `showtell train --recipe everyday-words.toml` has
begun (encoder.safetensors, classifier.safetensors, tokenizer.json, captions.bin; break it off once they are there)
and writes a bundle whose parts `showtell train --weights BUNDLE --from BUNDLE` goes on with.

Departures from the recipe: a moving average of all weights is what is kept; the encoder computes in bfloat16; photos
are resized by Pillow's bicubic filter, windows by bilinear sampling.

    python words.py RUN OUT --data FLICKR8K --data EVERYDAY [--epochs 16] [--batch 128] [--seconds 300]

Needs torch, numpy, pillow and safetensors.
"""

import argparse
import hashlib
import json
import math
import pathlib
import random
import re
import struct
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

SIDE, GRID, CHANNELS, BESIDE = 260, 9, 1280, (7, 15)
WEIGHTS = {"web": 0.6, "coco": 1.5, "textbook": 0.8, "food": 0.7}
PLAIN = set("""a an the of in on at to and or with for from by is are was were be been being it its his her their this that
these those there as into onto over under up down out off about near while who which what has have had not no very some
other another each both all one two three four several many more most he she they them him you your i we our""".split())


# ---------------------------------------------------------------- data

def photo_paths(folder, split):
    """Training or dev photos of a data set in the order of `showtell`: by name."""
    folder = pathlib.Path(folder)
    table = folder / "captions.jsonl"
    if table.exists():
        rows = [json.loads(line) for line in table.open()]
        rows = sorted((r for r in rows if r["split"] == split), key=lambda r: r["image"].encode())
        return [(folder / r["image"], r["source"]) for r in rows if (folder / r["image"]).exists()]
    names = (folder / f"Flickr_8k.{split}Images.txt").read_text().split()
    return [(folder / "Images" / n, "flickr8k") for n in sorted(names) if (folder / "Images" / n).exists()]


def pixels(path):
    from PIL import Image

    picture = Image.open(path).convert("RGB")
    if picture.size != (SIDE, SIDE):
        picture = picture.resize((SIDE, SIDE), Image.BICUBIC)
    return np.asarray(picture)


def read_captions(path, photos):
    """`captions.bin`: for each photo its captions as ids, and those with left and right swapped."""
    data, at, found = pathlib.Path(path).read_bytes(), 0, []

    def number():
        nonlocal at
        (value,) = struct.unpack_from("<I", data, at)
        at += 4
        return value

    for _ in range(photos):
        both = []
        for _ in range(2):
            captions = []
            for _ in range(number()):
                length = number()
                captions.append(list(struct.unpack_from(f"<{length}I", data, at)))
                at += 4 * length
            both.append(captions)
        found.append(both)
    return found


# ---------------------------------------------------------------- network

def same(x, conv):
    """TensorFlow's SAME padding: the odd pixel goes to the bottom and the right."""
    kernel, stride = conv.kernel_size[0], conv.stride[0]
    pad = max((math.ceil(x.shape[2] / stride) - 1) * stride + kernel - x.shape[2], 0)
    if pad:
        x = F.pad(x, (pad // 2, pad - pad // 2, pad // 2, pad - pad // 2))
    return conv(x)


class Block(nn.Module):
    def __init__(self, shapes, prefix, stride):
        super().__init__()
        def conv(name, stride=1, groups=1):
            out, inner, kernel, _ = shapes[f"{prefix}.{name}.weight"]
            return nn.Conv2d(inner * groups, out, kernel, stride, groups=groups)
        self.expand = conv("expand") if f"{prefix}.expand.weight" in shapes else None
        self.depthwise = conv("depthwise", stride, shapes[f"{prefix}.depthwise.weight"][0])
        self.project = conv("project")

    def forward(self, x):
        wide = F.relu6(same(x, self.expand)) if self.expand is not None else x
        out = same(F.relu6(same(wide, self.depthwise)), self.project)
        return out + x if out.shape == x.shape else out


class Encoder(nn.Module):
    """Names as in a bundle, under `encoder.`."""

    def __init__(self, tensors):
        super().__init__()
        shapes = {name: tuple(t.shape) for name, t in tensors.items()}
        count = 1 + max(int(re.match(r"network\.blocks\.(\d+)", n)[1]) for n in shapes if "blocks" in n)
        # Strides of Lite2's stages stand at their first blocks.
        strides = {1: 2, 4: 2, 7: 2, 15: 2}
        self.network = nn.Module()
        self.network.stem = nn.Conv2d(3, 32, 3, 2)
        self.network.blocks = nn.ModuleList(
            Block(shapes, f"network.blocks.{n}", strides.get(n, 1)) for n in range(count)
        )
        self.network.head = nn.Conv2d(shapes["network.head.weight"][1], CHANNELS, 1)
        self.load_state_dict({n: t.float() for n, t in tensors.items()})

    def forward(self, x):
        x, kept = F.relu6(same(x, self.network.stem)), []
        for n, block in enumerate(self.network.blocks):
            x = block(x)
            if n in BESIDE:
                kept.append(x)
        parts = [F.relu6(self.network.head(x)).float().flatten(2).transpose(1, 2)]
        for map_ in kept:
            region = F.adaptive_avg_pool2d(map_.float(), GRID).flatten(2).transpose(1, 2)
            region = region - region.mean(2, keepdim=True)
            parts.append(region / (region.pow(2).mean(2, keepdim=True) + 1e-5).sqrt())
        return torch.cat(parts, 2)


class Lin(nn.Module):
    """Weights as a bundle has them, `[in, out]`."""

    def __init__(self, inner, out, bias=True):
        super().__init__()
        bound = 1 / math.sqrt(inner)
        self.weight = nn.Parameter(torch.empty(inner, out).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias


class Group(nn.Module):
    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)


class Decoder(nn.Module):
    """Names as in a bundle, under `decoder.`: see shared/src/decoder/recurrent."""

    def __init__(self, channels, vocabulary, width=512, hidden=512, inner=192):
        super().__init__()
        self.embedding = Group(weight=nn.Parameter(torch.empty(vocabulary, width).uniform_(-0.1, 0.1)))
        self.project = Lin(channels, width)
        self.start_hidden, self.start_cell = Lin(width, hidden), Lin(width, hidden)
        bound = 1 / math.sqrt(inner)
        self.attention = Group(
            key=Lin(width, inner), query=Lin(hidden, inner, False), gate=Lin(hidden, width),
            score=nn.Parameter(torch.empty(inner).uniform_(-bound, bound)),
        )
        self.cell = Group(word=Lin(width, 4 * hidden), context=Lin(width, 4 * hidden, False),
                          hidden=Lin(hidden, 4 * hidden, False))
        self.output = Group(hidden=Lin(hidden, width), context=Lin(width, width, False),
                            bias=nn.Parameter(torch.zeros(vocabulary)))

    def forward(self, features, photo, inputs, dropout, image_dropout):
        """`inputs`: `[rows, steps]`; returns what the last layer reads, `[rows, steps, width]`."""
        values = F.dropout(F.relu(self.project(features)), image_dropout, self.training)
        keys, mean = self.attention.key(values), values.mean(1)
        hidden, cell = torch.tanh(self.start_hidden(mean))[photo], torch.tanh(self.start_cell(mean))[photo]
        values, keys = values[photo], keys[photo]
        embedded = F.dropout(self.embedding.weight[inputs], dropout, self.training)
        words, mixed = self.cell.word(embedded), []
        for step in range(inputs.shape[1]):
            query = self.attention.query(hidden)
            share = torch.softmax((torch.tanh(keys + query[:, None]) @ self.attention.score), 1)
            context = torch.bmm(share[:, None], values)[:, 0] * torch.sigmoid(self.attention.gate(hidden))
            gates = words[:, step] + self.cell.context(context) + self.cell.hidden(hidden)
            i, f, g, o = gates.chunk(4, 1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            hidden = torch.sigmoid(o) * torch.tanh(cell)
            mixed.append(self.output.hidden(hidden) + self.output.context(context))
        mixed = torch.tanh(torch.stack(mixed, 1) + embedded)
        return F.dropout(mixed, dropout, self.training)

    def logits(self, mixed):
        return mixed @ self.embedding.weight.t() + self.output.bias


class Words(nn.Module):
    def __init__(self, channels, usual, hidden=256):
        super().__init__()
        self.norm, self.hidden, self.words = nn.BatchNorm1d(channels), nn.Linear(channels, hidden), nn.Linear(hidden, len(usual))
        with torch.no_grad():
            self.words.bias.copy_(usual)

    def forward(self, features):
        seen = F.dropout(self.norm(features.mean(1)), 0.5, self.training)
        return self.words(F.dropout(torch.tanh(self.hidden(seen)), 0.3, self.training))


# ---------------------------------------------------------------- learning

def windows(photos, smallest, generator):
    """Each photo through a random window of its area, mirrored by the toss of a coin."""
    n, device = photos.shape[0], photos.device
    draw = lambda: torch.rand(n, generator=generator, device=device)
    area, aspect = smallest + (1 - smallest) * draw(), torch.exp((draw() * 2 - 1) * 0.105)
    width, height = (area * aspect).sqrt().clamp(max=1), (area / aspect).sqrt().clamp(max=1)
    flip = draw() < 0.5
    x, y = (1 - width) * (draw() * 2 - 1), (1 - height) * (draw() * 2 - 1)
    theta = torch.zeros(n, 2, 3, device=device)
    theta[:, 0, 0], theta[:, 1, 1] = width * torch.where(flip, -1.0, 1.0), height
    theta[:, 0, 2], theta[:, 1, 2] = x, y
    grid = F.affine_grid(theta, photos.shape, align_corners=False)
    return F.grid_sample(photos, grid, align_corners=False, padding_mode="border"), flip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run"), parser.add_argument("out")
    parser.add_argument("--data", action="append", required=True)
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=1e9, help="the schedule ends by then")
    parser.add_argument("--limit", type=int, help="photos, for trying it out")
    parser.add_argument("--smallest", type=float, default=0.6)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--encoder-rate", type=float, default=3e-4)
    options = parser.parse_args()
    random.seed(1), torch.manual_seed(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    run = pathlib.Path(options.run)

    photos = [p for folder in options.data for p in photo_paths(folder, "train")]
    captions = read_captions(run / "captions.bin", len(photos))
    vocabulary = json.load(open(run / "tokenizer.json"))["model"]["vocab"]
    names = {i: w for w, i in vocabulary.items()}
    special = {w: vocabulary[w] for w in vocabulary if w.startswith("<") and w.endswith(">")}
    print(len(photos), "photos", len(vocabulary), "words", special, flush=True)
    pad, start, end, unknown = (special[w] for w in ("<pad>", "<start>", "<end>", "<unk>"))
    if options.limit:
        keep = random.sample(range(len(photos)), options.limit)
        photos, captions = [photos[k] for k in keep], [captions[k] for k in keep]
    for k in (0, len(photos) // 2, len(photos) - 1):
        print(photos[k][0].name, "|", " ".join(names[i] for i in captions[k][0][0]), flush=True)

    begun = time.time()
    with ProcessPoolExecutor() as pool:
        store = torch.from_numpy(np.stack(list(pool.map(pixels, [p for p, _ in photos], chunksize=64))))
    store = store.permute(0, 3, 1, 2).to(device)  # [photos, 3, side, side], bytes
    print(f"resized after {time.time() - begun:.0f} s", flush=True)

    weight = torch.tensor([WEIGHTS.get(source, 1.0) for _, source in photos], device=device)
    count = np.zeros(len(vocabulary))
    total = sum(len(both[0]) for both in captions)
    for both in captions:
        for caption in both[0]:
            for word in set(caption):
                count[word] += 1
    learnt = [i for i, c in enumerate(count) if c >= 8 and names[i].isalpha() and len(names[i]) > 2 and names[i] not in PLAIN]
    place = {word: k for k, word in enumerate(learnt)}
    rates = torch.tensor([count[i] / total for i in learnt])
    longest = 22

    def packed(captions):
        rows = [caption[:longest] + ([end] if len(caption) <= longest else []) for caption in captions]
        return rows

    rows_of = [[packed(both[k]) for k in (0, 1)] for both in captions]
    shares = torch.zeros(len(photos), len(learnt), dtype=torch.float16)
    for n, both in enumerate(captions):
        for caption in both[0]:
            for word in set(caption):
                if word in place:
                    shares[n, place[word]] += 1 / len(both[0])
    shares = shares.to(device)

    tensors = load_file(run / "encoder.safetensors")
    classifier = {k: v.float() for k, v in load_file(run / "classifier.safetensors").items()}
    encoder = Encoder(tensors).to(device, memory_format=torch.channels_last)
    before = Encoder(tensors).to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    channels = CHANNELS + sum(tensors[f"network.blocks.{n}.project.weight"].shape[0] for n in BESIDE)
    decoder = Decoder(channels, len(vocabulary)).to(device)
    words = Words(channels, torch.log(rates / (1 - rates))).to(device)
    own = Group(layer=Lin(CHANNELS, classifier["layer.bias"].shape[0])).to(device)
    own.load_state_dict(classifier)
    was = {k: v.to(device) for k, v in classifier.items()}
    optimizer = torch.optim.AdamW(
        [
            {"params": encoder.parameters(), "lr": options.encoder_rate, "weight_decay": 0.01},
            {"params": decoder.parameters(), "lr": options.rate, "weight_decay": 0.01},
            {"params": words.parameters(), "lr": 2e-3, "weight_decay": 0.2},
            {"params": own.parameters(), "lr": 1e-4, "weight_decay": 0.0},
        ],
        fused=device.type == "cuda",
    )
    peaks = [group["lr"] for group in optimizer.param_groups]
    learning = nn.ModuleDict({"encoder": encoder, "decoder": decoder, "classifier": own})
    average = {name: p.detach().clone() for name, p in learning.named_parameters()}
    generator = torch.Generator(device=device).manual_seed(1)
    steps = math.ceil(len(photos) / options.batch)
    precise = device.type == "cpu"
    begun, step = time.time(), 0
    for epoch in range(options.epochs):
        order, sums, at = torch.randperm(len(photos)).tolist(), torch.zeros(4, device=device), time.time()
        for first in range(0, len(order), options.batch):
            chosen = order[first : first + options.batch]
            index = torch.tensor(chosen, device=device)
            share = max(step / (steps * options.epochs), (time.time() - begun) / options.seconds)
            if share >= 1:
                break
            rate = min(1.0, (step + 1) / 300) * 0.5 * (1 + math.cos(math.pi * share))
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = peak * rate
            sight, flip = windows((store[index].float() - 127) / 128, options.smallest, generator)
            sight = sight.contiguous(memory_format=torch.channels_last)
            flips = flip.tolist()
            rows, photo = [], []
            for k, (n, mirrored) in enumerate(zip(chosen, flips)):
                for row in rows_of[n][int(mirrored)]:
                    rows.append(row), photo.append(k)
            length = max(map(len, rows))
            target = torch.full((len(rows), length), -1)
            for k, row in enumerate(rows):
                target[k, : len(row)] = torch.tensor(row)
            inputs = torch.cat([torch.full((len(rows), 1), start), target[:, :-1].clamp(min=0)], 1)
            target, inputs = target.to(device, non_blocking=True), inputs.to(device, non_blocking=True)
            photo = torch.tensor(photo, device=device)

            with torch.autocast(device.type, torch.bfloat16, enabled=not precise):
                features = encoder(sight)
                with torch.no_grad():
                    old = before(sight)[..., :CHANNELS].float().mean(1) @ was["layer.weight"] + was["layer.bias"]
                told = words(features.float())
            mixed = decoder(features.float(), photo, inputs, 0.4, 0.1)
            there = target >= 0
            logits = decoder.logits(mixed[there])
            weights = weight[index][photo][:, None].expand_as(target)[there]
            caption = F.cross_entropy(logits, target[there], reduction="none", label_smoothing=0.1)
            caption = (caption * weights).mean()
            word = F.binary_cross_entropy_with_logits(told.float(), shares[index].float(), reduction="none").sum(1)
            word = (word * weight[index]).mean()
            now = own.layer(features[..., :CHANNELS].float().mean(1))
            kept = -(torch.softmax(old / 2, 1) * torch.log_softmax(now / 2, 1)).sum(1).mean() * 4
            optimizer.zero_grad(set_to_none=True)
            (caption + word + kept).backward()
            for part in (encoder, decoder, words, own):
                nn.utils.clip_grad_norm_(part.parameters(), 5.0, foreach=True)
            optimizer.step()
            decay = min(0.998, (step + 1) / (step + 10))
            with torch.no_grad():
                torch._foreach_lerp_(list(average.values()), [p for _, p in learning.named_parameters()], 1 - decay)
            sums += torch.stack([caption, word, kept, torch.ones_like(kept)]).detach()
            step += 1
        if sums[3] == 0:
            break
        means = (sums[:3] / sums[3]).tolist()
        print(f"epoch {epoch + 1}: caption {means[0]:.3f}, words {means[1]:.2f}, kept {means[2]:.3f}, {time.time() - at:.1f} s", flush=True)

    write(pathlib.Path(options.out), run, average, len(vocabulary))
    print(f"done after {time.time() - begun:.0f} s", flush=True)


def write(out, run, average, words):
    """A bundle of format 9, float16."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.detach().float().cpu().half().contiguous() for name, t in average.items()}
    save_file(tensors, out / "model.safetensors")
    (out / "tokenizer.json").write_bytes((run / "tokenizer.json").read_bytes())
    digest = lambda name: hashlib.sha256((out / name).read_bytes()).hexdigest()
    entry = lambda name: {"size": (out / name).stat().st_size, "sha256": digest(name)}
    attention = {"form": "attention", "region": 512, "attention": 192, "score": "tanh", "gate": True, "start": "mean"}
    config = {
        "format_version": 9,
        "name": "Encoder that knows everyday words",
        "model": {
            "encoder": {"network": "efficientnet-lite2", "beside": [f"blocks.{n}" for n in BESIDE]},
            "decoder": {"cell": "lstm", "embedding": 512, "hidden": 512, "injection": attention,
                        "output": {"form": "deep", "tied": True}},
            "vocabulary": words,
            "classifier": tensors["classifier.layer.bias"].shape[0],
        },
        "preprocessing": {"side": SIDE, "mean": [127.0] * 3, "std": [128.0] * 3},
        "decoding": {"width": 3, "max_length": 22, "length_exponent": 0.5, "no_repeat": 3,
                     "no_echo": ["and", "in", "on", "with", "at", "near", "of", "over", "through", "from", "behind", "under", "beside"]},
        "files": {name: entry(name) for name in ("tokenizer.json", "model.safetensors")},
    }
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "README.md").write_text("# Encoder that knows everyday words\n\nA step on the way to a bundle.\n")
    files = ["README.md", "config.json", "model.safetensors", "tokenizer.json"]
    (out / "SHA256SUMS").write_text("".join(f"{digest(name)}  {name}\n" for name in files))


if __name__ == "__main__":
    main()
