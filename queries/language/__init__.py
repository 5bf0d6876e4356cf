"""The language of question files: header, Cypher, rules, parameters."""
