"""What other people's scripts rely on in an Answer, said once for every face."""

ANSWER_KEYS = {
    *("question", "params", "sentence", "evidence", "n", "columns", "rows"),
    *("notes", "sources", "generation", "cypher", "graph"),
}
