"""The same county page with Dash and DuckDB, as Dash's own guide would have it."""
