"""Tables as files to download, wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from fastapi import Response

from api.exports.tables import as_csv, as_xlsx

if TYPE_CHECKING:
    from api.console import Language
    from api.tables import Listing
    from graph.store import Generation

Ending = Literal["csv", "xlsx"]
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, media_type: str, name: str, tag: str | None = None) -> Response:
    """A file under its name; the name may be in any language."""
    # Names of nodes may hold anything: beyond plain letters they are told in the encoded form alone.
    plain = name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum()
    told = f'filename="{name}"' if plain else f"filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": f"attachment; {told}"}
    return Response(content, media_type=media_type, headers=headers | ({"ETag": tag} if tag else {}))


def listing_file(listing: Listing, ending: Ending, name: str, lang: Language, generation: Generation | None = None) -> Response:
    """A page's table with all its rows; a workbook says on its second sheet what it rests on."""
    if ending == "csv":
        return download(as_csv(listing.columns, listing.rows).encode(), CSV, f"{name}.csv")
    basis = [("table" if lang == "en" else "표", listing.title.en if lang == "en" else listing.title.ko)]
    if generation is not None:
        basis.append(("generation" if lang == "en" else "세대", generation.id))
        basis += [("dataset" if lang == "en" else "자료", str(card["title"])) for card in generation.datasets]
    return download(as_xlsx(listing.columns, listing.rows, basis, lang), XLSX, f"{name}.xlsx")
