from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings, SettingsError


def test_what_is_not_told_has_its_default() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings().store == "ladybug:var/"


def test_the_store_follows_the_workspace_unless_told() -> None:
    assert Settings.from_environment({"PUMASI_HOME": "elsewhere"}).store == "ladybug:elsewhere/"
    told = Settings.from_environment({"PUMASI_HOME": "elsewhere", "PUMASI_STORE": "neo4j://host:7687"})
    assert (told.home, told.store) == (Path("elsewhere"), "neo4j://host:7687")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PUMASI_AUDIENCE", "everyone"), ("PUMASI_PORT", "-1"), ("PUMASI_PORT", "70000"), ("PUMASI_PORT", "팔천")],
)
def test_a_variable_that_cannot_be_meant_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        Settings.from_environment({name: value})
    assert "\n" not in str(refused.value)
