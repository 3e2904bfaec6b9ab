-- Versioned records: effect cards and problem trees. What is saved is never changed or deleted.
CREATE TABLE record (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 24),
    kind TEXT NOT NULL CHECK (kind IN ('effect_card', 'problem_tree')),
    created_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
CREATE TABLE record_version (
    record_id TEXT NOT NULL REFERENCES record (id),
    number INTEGER NOT NULL CHECK (number > 0),
    note TEXT NOT NULL CHECK (length(note) <= 300),
    body TEXT NOT NULL CHECK (body LIKE '{%}'),
    saved_at TEXT NOT NULL,
    PRIMARY KEY (record_id, number)
) STRICT;
CREATE TRIGGER record_version_is_never_changed BEFORE UPDATE ON record_version BEGIN
    SELECT RAISE(ABORT, 'a version is never changed');
END;
CREATE TRIGGER record_version_is_never_deleted BEFORE DELETE ON record_version BEGIN
    SELECT RAISE(ABORT, 'a version is never deleted');
END;
CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record BEGIN
    SELECT RAISE(ABORT, 'a record is never deleted');
END;
