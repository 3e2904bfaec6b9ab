"""Each page's essential questions on flat tables: a bare DuckDB, SQLite and pandas, as most would write them."""
