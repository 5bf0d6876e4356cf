"""Ways out of the system: pictures, graph files, and the bulk-import format of Neo4j."""
