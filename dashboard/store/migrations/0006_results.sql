-- Sessions that were read in from another tool, and what a person has decided of the groups of free texts.
CREATE TABLE imported_session (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 24),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    held_on TEXT,
    number INTEGER NOT NULL CHECK (number > 0),
    file TEXT NOT NULL CHECK (length(file) BETWEEN 1 AND 200),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    is_read INTEGER NOT NULL DEFAULT 0 CHECK (is_read IN (0, 1)),
    body TEXT NOT NULL CHECK (body LIKE '{%}'),
    imported_at TEXT NOT NULL,
    UNIQUE (sha256, number)
) STRICT;
CREATE TABLE text_group (
    room TEXT NOT NULL,
    question TEXT NOT NULL,
    body TEXT NOT NULL CHECK (body LIKE '{%}'),
    PRIMARY KEY (room, question)
) STRICT;
