-- Saved views: a page with a selection, under a name. No personal data: nobody is named as having saved it.
CREATE TABLE saved_view (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 24),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    note TEXT NOT NULL CHECK (length(note) <= 1000),
    page TEXT NOT NULL,
    query TEXT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('sv', 'en')),
    snapshot TEXT NOT NULL,
    is_pinned INTEGER NOT NULL CHECK (is_pinned IN (0, 1)),
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
