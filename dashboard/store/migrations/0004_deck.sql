-- Decks are kept in versions too. SQLite changes no CHECK, so the table is made anew; its rows and versions stay.
CREATE TABLE record_next (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 24),
    kind TEXT NOT NULL CHECK (kind IN ('effect_card', 'problem_tree', 'deck')),
    created_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
INSERT INTO record_next SELECT id, kind, created_at, removed_at FROM record;
DROP TRIGGER record_is_never_deleted;
DROP TABLE record;
ALTER TABLE record_next RENAME TO record;
CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record BEGIN
    SELECT RAISE(ABORT, 'a record is never deleted');
END;
