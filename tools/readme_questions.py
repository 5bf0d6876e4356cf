"""Write the README's table of questions from the catalog: python -m tools.readme_questions"""

from pathlib import Path

from queries.catalog import load_catalog

README = Path(__file__).resolve().parent.parent / "README.md"
START, END = "<!-- questions -->\n", "<!-- /questions -->"


def table() -> str:
    """The table, a row for each question."""
    rows = [f"| [`{one.name}`](queries/{one.name}.cypher) | {one.asks.ko} | {one.asks.en} |\n" for one in load_catalog()]
    return "| 이름 · name | 질문 | question |\n|---|---|---|\n" + "".join(rows)


def written() -> str:
    """The table as it stands in the README."""
    return README.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]


if __name__ == "__main__":
    before, _, rest = README.read_text(encoding="utf-8").partition(START)
    README.write_text(before + START + table() + END + rest.partition(END)[2], encoding="utf-8")
