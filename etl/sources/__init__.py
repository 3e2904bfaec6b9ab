"""One declared module a source."""
