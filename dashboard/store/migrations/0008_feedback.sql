-- What visitors write about accessibility. Nobody is asked who they are; a message goes when its time is up.
CREATE TABLE feedback (
    id TEXT PRIMARY KEY CHECK (length(id) = 12),
    page TEXT NOT NULL CHECK (length(page) <= 40),
    lang TEXT NOT NULL CHECK (lang IN ('sv', 'en')),
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    sent_at TEXT NOT NULL,
    done_at TEXT
) STRICT;
CREATE INDEX feedback_sent ON feedback (sent_at);
