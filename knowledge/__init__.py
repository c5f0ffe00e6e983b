"""Documents become clauses, clauses become passages, and passages become cited answers."""
