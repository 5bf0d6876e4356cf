"""Networks at a glance with nothing but the standard library: about the least that a cold answer can cost in Python."""

import csv
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path


def main() -> None:
    folder = Path(sys.argv[1])

    def table(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    members, leads, offers = defaultdict(set), defaultdict(set), defaultdict(set)
    for row in table("memberships"):
        members[row["network_id"]].add(row["member_id"])
        if row["role"] == "lead":
            leads[row["network_id"]].add(row["member_id"])
    for row in table("programs"):
        offers[row["provider_id"]].add(row["id"])
    for row in table("program_providers"):
        offers[row["provider_id"]].add(row["program_id"])
    companies = defaultdict(list)
    for row in table("demands"):
        if row["measure"] == "found" and row["companies"]:
            companies[row["network_id"]].append(int(row["companies"]))
    career = {row["id"] for row in table("centers") if row["kind"] == "career_center"}
    handled = Counter(row["center_id"] for row in table("cases"))
    rows = []
    for network in sorted(table("networks"), key=lambda row: row["id"]):
        id_ = network["id"]
        rows.append(
            {
                "network_id": id_,
                "network_name": network["name"],
                "year": int(network["year"]) if network["year"] else None,
                "award": network["award"] or None,
                "lead_ids": sorted(leads[id_]),
                "career_center_ids": sorted(members[id_] & career),
                "members": len(members[id_]),
                "programs": len(set().union(*(offers[member] for member in members[id_]))),
                "companies": sum(companies[id_]) if companies[id_] else None,
                "cases": sum(handled[center] for center in leads[id_]),
            }
        )
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
