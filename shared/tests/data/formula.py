"""Weights and images by a formula, the same here and in shared/tests/encoder_parity.rs."""
import math

import numpy as np


def noise(count, seed):
    """Uniform in [-0.5, 0.5): Knuth's multiplicative hash of the index, in 32-bit integers."""
    index = np.arange(count, dtype=np.uint64) + np.uint64(seed) * np.uint64(7919)
    hashed = (index * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    hashed ^= hashed >> np.uint64(15)
    hashed = (hashed * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return hashed.astype(np.float64) / 2.0**32 - 0.5


def seeded(name, shape, seed):
    values = noise(math.prod(shape), seed)
    if name.endswith("running_var") or (name.endswith(".weight") and len(shape) == 1):
        values = 1.0 + values
    elif len(shape) == 4:
        values = values * 4.0 / math.sqrt(math.prod(shape[1:]))
    return values.astype(np.float32).reshape(shape)
