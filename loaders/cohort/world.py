"""Everything a synthetic cohort is drawn from: its network, its classifications, and what is planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loaders.cohort.draws import NETWORK, stream
from loaders.cohort.network import Members, Places, Scale, Ties, make_members, make_places, make_ties
from loaders.cohort.programs import Companies, Programs, Terms, demand_table, make_programs, make_terms
from loaders.cohort.tables import Table
from loaders.cohort.truth import Lookup, Plan, Planted, choose_kinds, choose_lean, make_lookup, plant


@dataclass(frozen=True)
class World:
    """A network with what is planted in it. `companies` is empty until they are made; `kinds` institution kinds serve cases."""

    prefix: str
    scale: Scale
    kinds: int
    places: Places
    members: Members
    ties: Ties
    programs: Programs
    terms: Terms
    companies: Companies
    planted: Planted
    lookup: Lookup
    tables: dict[str, Table]


def make_world(prefix: str, seed: int, plan: Plan, scale: Scale, kinds: int) -> World:
    """A network of the scale. Another plan leaves its names, places and members as they are."""
    rng, planting = stream(seed, NETWORK), stream(seed, NETWORK, 1)
    places = make_places(prefix, scale, rng)
    members = make_members(prefix, scale, places, rng)
    terms = make_terms(prefix, scale)
    programs = make_programs(prefix, scale, members, places, terms, rng)
    chosen = choose_kinds(planting)
    lean = choose_lean(plan, chosen, members.center_share)
    ties = make_ties(prefix, members, kinds, lean, rng)
    demands = demand_table(ties.tables["networks"]["id"], terms, rng)
    planted = plant(plan, chosen, lean, members, ties, planting)
    tables = {**places.tables, **members.tables, **ties.tables, **terms.tables, **programs.tables, "demands": demands}
    companies = Companies(f"{prefix}-company-", np.zeros(0, dtype=np.int64))
    lookup = make_lookup(planted, members)
    return World(prefix, scale, kinds, places, members, ties, programs, terms, companies, planted, lookup, tables)
