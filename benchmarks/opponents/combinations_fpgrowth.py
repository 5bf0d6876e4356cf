"""mlxtend's fpgrowth: supports of all pairs and triples, without hires."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import fpgrowth


def supports(masks: Any, items: int) -> dict[int, int]:
    has = (masks[:, None] >> np.arange(items, dtype=np.uint64)) & np.uint64(1) == 1
    found = fpgrowth(pd.DataFrame(has), min_support=0.5 / masks.size, max_len=3)
    sizes = found["itemsets"].map(len)
    wanted = found[sizes > 1]
    return {
        sum(1 << int(item) for item in together): round(share * masks.size)
        for share, together in zip(wanted["support"], wanted["itemsets"], strict=True)
    }
