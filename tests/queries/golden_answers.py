"""The golden answers: what the press release says, checked by hand against its text.

`python -m tests.queries.golden_answers` writes them anew; read the difference against the source before committing it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queries.ask import ask

if TYPE_CHECKING:
    from graph.store import Reader

FOLDER = Path(__file__).parent / "golden"
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "network_overview": ("network_overview", {}),
    "partner_reach": ("partner_reach", {"top": 25}),
    "partner_reach_employers_federations": ("partner_reach", {"kinds": ["employers_federation"]}),
    "collaboration_paths": (
        "collaboration_paths",
        {"first_id": "인천북부고용센터", "second_id": "inst-polytechnic-incheon", "k": 5},
    ),
    "collaboration_paths_shared_career_center": (
        "collaboration_paths",
        {"first_id": "center-daegu", "second_id": "center-gumi"},
    ),
    "case_journeys": ("case_journeys", {}),
    "case_journeys_by_partner": ("case_journeys", {"by": "partner"}),
    "center_profile": ("center_profile", {"center_id": "center-incheon-north"}),
    "institution_profile": ("institution_profile", {"institution_id": "inst-semas"}),
    "company_demand": ("company_demand", {}),
    "partnership_gaps": ("partnership_gaps", {"by": "kind", "centers": ["center-incheon-north", "center-cheonan"]}),
    "industry_gaps": ("industry_gaps", {}),
    "need_gaps": ("need_gaps", {}),
    "declared_versus_observed": ("declared_versus_observed", {}),
    "bridges": ("bridges", {}),
    "referral_paths": (
        "referral_paths",
        {
            "need": ["need-career-break", "육아·돌봄 부담"],
            "target": ["프리랜서 강사"],
            "region": "인천광역시",
            "age_band": "40s",
        },
    ),
    "referral_paths_that_are_not": (
        "referral_paths",
        {"need": ["need-probation"], "target": ["간호조무사"], "region": "천안시", "age_band": "50s"},
    ),
    "network_overview_before_the_pilot": ("network_overview", {"as_of": "1900-01-01"}),
    "partner_combinations": ("partner_combinations", {}),
    "partner_combinations_by_partner": ("partner_combinations", {"by": "partner", "top": 25}),
    "partner_combinations_in_order": ("partner_combinations", {"by": "partner", "in_order": True}),
    "partner_outcomes": ("partner_outcomes", {"by": "partner"}),
    "never_tried": ("never_tried", {"top": 20}),
    "time_to_hire": ("time_to_hire", {}),
}


def golden(reader: Reader, name: str) -> dict[str, Any]:
    """What is kept of an answer: all a reader sees of it but the drawing and the Cypher."""
    question, params = ASKED[name]
    answer = json.loads(json.dumps(ask(reader, question, params).to_json()))
    return {part: answer[part] for part in ("question", "params", "sentence", "evidence", "n", "notes", "rows")}


def main() -> None:
    """Write every golden answer from the shipped data."""
    from tempfile import TemporaryDirectory

    from graph.stores import open_store
    from graph.workspace import Workspace
    from loaders.folder import check_folder

    checked = check_folder(Path(__file__).parents[2] / "data" / "moel-2025", {})
    assert checked.dataset is not None
    with TemporaryDirectory() as home:
        store = open_store("ladybug:", Path(home))
        Workspace(Path(home)).publish([checked.dataset], store)
        reader = store.reader()
        for name in ASKED:
            text = json.dumps(golden(reader, name), ensure_ascii=False, indent=1)
            (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        reader.close()


if __name__ == "__main__":
    main()
