"""Networks at a glance, as one would write it in a notebook: pandas for the tables, networkx for the network."""

import json
import sys
from pathlib import Path

import networkx as nx
import pandas as pd


def main() -> None:
    folder = Path(sys.argv[1])
    networks, centers, memberships, programs, providers, demands, cases = (
        pd.read_csv(folder / f"{name}.csv", dtype=str)
        for name in ("networks", "centers", "memberships", "programs", "program_providers", "demands", "cases")
    )
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in memberships.itertuples():
        graph.add_edge(row.network_id, row.member_id, role=row.role)
    offered = pd.concat([programs[["provider_id", "id"]].rename(columns={"id": "program_id"}), providers]).dropna(
        subset=["provider_id"]
    )
    for row in offered.itertuples():
        graph.add_edge(row.provider_id, row.program_id, role="offers")
    career = set(centers[centers.kind == "career_center"].id)
    handled = cases.groupby("center_id").size()
    found = demands[demands.measure == "found"]
    rows = []
    for network in networks.sort_values("id").itertuples():
        members = {(member, told["role"]) for _, member, told in graph.out_edges(network.id, data=True)}
        names = {member for member, _ in members}
        leads = sorted(member for member, role in members if role == "lead")
        counts = found[found.network_id == network.id].companies.dropna().astype(int)
        rows.append(
            {
                "network_id": network.id,
                "network_name": network.name,
                "year": None if pd.isna(network.year) else int(network.year),
                "award": None if pd.isna(network.award) else network.award,
                "lead_ids": leads,
                "career_center_ids": sorted(names & career),
                "members": len(names),
                "programs": len({program for name in names for program in graph.successors(name)}),
                "companies": int(counts.sum()) if len(counts) else None,
                "cases": sum(int(handled.get(center, 0)) for center in leads),
            }
        )
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
