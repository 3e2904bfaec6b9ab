-- Questions put to a room, and what it answered. A voter is a digest of the question and a token that is not kept, so
-- that what one phone answered to two questions cannot be put together. Nothing tells when a vote came.
CREATE TABLE poll (
    room TEXT NOT NULL REFERENCES room (code),
    question TEXT NOT NULL CHECK (length(question) BETWEEN 1 AND 60),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'multiple', 'ranking', 'scale', 'text', 'lan', 'guess')),
    is_sensitive INTEGER NOT NULL CHECK (is_sensitive IN (0, 1)),
    definition TEXT NOT NULL CHECK (definition LIKE '{%}'),
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    is_shown INTEGER NOT NULL DEFAULT 0 CHECK (is_shown IN (0, 1)),
    is_revealed INTEGER NOT NULL DEFAULT 0 CHECK (is_revealed IN (0, 1)),
    turn INTEGER NOT NULL,
    closed_at TEXT,
    is_kept INTEGER NOT NULL DEFAULT 0 CHECK (is_kept IN (0, 1)),
    kept_n INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (room, question),
    CHECK (NOT (is_sensitive AND is_shown AND (is_open OR NOT is_kept))),
    CHECK (NOT is_revealed OR (kind = 'guess' AND NOT is_open))
) STRICT;
CREATE TABLE vote (
    room TEXT NOT NULL,
    question TEXT NOT NULL,
    voter TEXT NOT NULL CHECK (length(voter) = 32),
    number INTEGER NOT NULL CHECK (number > 0),
    answer TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT '' CHECK (status IN ('', 'waiting', 'approved', 'rejected')),
    shown_as TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (room, question, voter),
    FOREIGN KEY (room, question) REFERENCES poll (room, question)
) STRICT, WITHOUT ROWID;
-- What stays of the answers when they have been deleted: how many gave each. Free texts leave their number only.
CREATE TABLE kept_answer (
    room TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (room, question, answer),
    FOREIGN KEY (room, question) REFERENCES poll (room, question)
) STRICT, WITHOUT ROWID;
-- A row while deleted answers may still lie in unused space of the file.
CREATE TABLE scrub_due (is_due INTEGER NOT NULL CHECK (is_due = 1)) STRICT;
CREATE TABLE signing (
    name TEXT PRIMARY KEY,
    key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;
CREATE TRIGGER vote_while_open BEFORE INSERT ON vote
WHEN NOT EXISTS (SELECT 1 FROM poll p WHERE p.room = NEW.room AND p.question = NEW.question AND p.is_open) BEGIN
    SELECT RAISE(ABORT, 'the question is not open');
END;
CREATE TRIGGER room_closes_its_polls AFTER UPDATE OF closed_at ON room WHEN NEW.closed_at IS NOT NULL BEGIN
    UPDATE poll SET is_open = 0, closed_at = NEW.closed_at WHERE room = NEW.code AND is_open;
END;
-- Whoever closes a sensitive question: ten answers or more leave a count of each, fewer leave nothing; no row stays.
CREATE TRIGGER sensitive_poll_is_sealed AFTER UPDATE OF is_open ON poll
WHEN OLD.is_open AND NOT NEW.is_open AND NEW.is_sensitive BEGIN
    UPDATE poll SET is_kept = 1, kept_n = (
        SELECT count(*) FROM vote v WHERE v.room = NEW.room AND v.question = NEW.question)
    WHERE room = NEW.room AND question = NEW.question
        AND (SELECT count(*) FROM vote v WHERE v.room = NEW.room AND v.question = NEW.question) >= 10;
    INSERT INTO kept_answer
    SELECT v.room, v.question, v.answer, count(*) FROM vote v JOIN poll p USING (room, question)
    WHERE p.is_kept AND v.room = NEW.room AND v.question = NEW.question GROUP BY v.room, v.question, v.answer;
    DELETE FROM vote WHERE room = NEW.room AND question = NEW.question;
    INSERT INTO scrub_due VALUES (1);
END;
CREATE TRIGGER sensitive_poll_is_asked_once BEFORE UPDATE OF is_open ON poll
WHEN NEW.is_open AND NOT OLD.is_open AND OLD.is_sensitive BEGIN
    SELECT RAISE(ABORT, 'a sensitive question is asked once');
END;
CREATE TRIGGER emptied_poll_is_not_opened BEFORE UPDATE OF is_open ON poll
WHEN NEW.is_open AND NOT OLD.is_open AND OLD.is_kept BEGIN
    SELECT RAISE(ABORT, 'the answers have been deleted');
END;
