-- A room: a deck that is shown to an audience. Nobody is named; of the presenter's secret only a digest is kept.
CREATE TABLE room (
    code TEXT PRIMARY KEY CHECK (length(code) = 5),
    deck TEXT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('sv', 'en')),
    snapshot TEXT NOT NULL,
    secret_sha256 TEXT NOT NULL CHECK (length(secret_sha256) = 64),
    expected INTEGER NOT NULL CHECK (expected BETWEEN 1 AND 5000),
    is_practice INTEGER NOT NULL CHECK (is_practice IN (0, 1)),
    scene INTEGER NOT NULL DEFAULT 0 CHECK (scene >= 0),
    is_black INTEGER NOT NULL DEFAULT 0 CHECK (is_black IN (0, 1)),
    highlight TEXT NOT NULL DEFAULT '' CHECK (highlight = '' OR length(highlight) = 2),
    revision INTEGER NOT NULL DEFAULT 1,
    tally INTEGER NOT NULL DEFAULT 0,
    opened_at TEXT NOT NULL,
    closed_at TEXT
) STRICT;
CREATE INDEX room_open ON room (closed_at);
