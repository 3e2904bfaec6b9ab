-- As ../0005_polls.sql: questions put to a room, and what it answered.
CREATE TABLE poll (
    room TEXT COLLATE "C" NOT NULL REFERENCES room (code),
    question TEXT COLLATE "C" NOT NULL CHECK (length(question) BETWEEN 1 AND 60),
    kind TEXT COLLATE "C" NOT NULL
        CHECK (kind IN ('single', 'multiple', 'ranking', 'scale', 'text', 'lan', 'guess')),
    is_sensitive BIGINT NOT NULL CHECK (is_sensitive IN (0, 1)),
    definition TEXT COLLATE "C" NOT NULL CHECK (definition LIKE '{%}'),
    is_open BIGINT NOT NULL CHECK (is_open IN (0, 1)),
    is_shown BIGINT NOT NULL DEFAULT 0 CHECK (is_shown IN (0, 1)),
    is_revealed BIGINT NOT NULL DEFAULT 0 CHECK (is_revealed IN (0, 1)),
    turn BIGINT NOT NULL,
    closed_at TEXT COLLATE "C",
    is_kept BIGINT NOT NULL DEFAULT 0 CHECK (is_kept IN (0, 1)),
    kept_n BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (room, question),
    CHECK (NOT (is_sensitive = 1 AND is_shown = 1 AND (is_open = 1 OR is_kept = 0))),
    CHECK (is_revealed = 0 OR (kind = 'guess' AND is_open = 0))
);
CREATE TABLE vote (
    room TEXT COLLATE "C" NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    voter TEXT COLLATE "C" NOT NULL CHECK (length(voter) = 32),
    number BIGINT NOT NULL CHECK (number > 0),
    answer TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (status IN ('', 'waiting', 'approved', 'rejected')),
    shown_as TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (room, question, voter),
    FOREIGN KEY (room, question) REFERENCES poll (room, question)
);
-- What stays of the answers when they have been deleted: how many gave each. Free texts leave their number only.
CREATE TABLE kept_answer (
    room TEXT COLLATE "C" NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL CHECK (n > 0),
    PRIMARY KEY (room, question, answer),
    FOREIGN KEY (room, question) REFERENCES poll (room, question)
);
-- A row while deleted answers may still lie in unused space of the tables' files.
CREATE TABLE scrub_due (is_due BIGINT NOT NULL CHECK (is_due = 1));
CREATE TABLE signing (
    name TEXT COLLATE "C" PRIMARY KEY,
    key BYTEA NOT NULL CHECK (length(key) = 32)
);
CREATE FUNCTION vote_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM poll p WHERE p.room = NEW.room AND p.question = NEW.question AND p.is_open = 1
    ) THEN
        RAISE EXCEPTION USING MESSAGE = 'the question is not open', ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vote_while_open BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION vote_while_open();
CREATE FUNCTION room_closes_its_polls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE poll SET is_open = 0, closed_at = NEW.closed_at WHERE room = NEW.code AND is_open = 1;
    RETURN NULL;
END $$;
CREATE TRIGGER room_closes_its_polls AFTER UPDATE OF closed_at ON room FOR EACH ROW
    WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION room_closes_its_polls();
-- Whoever closes a sensitive question: ten answers or more leave a count of each, fewer leave nothing; no row stays.
CREATE FUNCTION sensitive_poll_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given BIGINT;
BEGIN
    SELECT count(*) INTO given FROM vote v WHERE v.room = NEW.room AND v.question = NEW.question;
    IF given >= 10 THEN
        UPDATE poll SET is_kept = 1, kept_n = given WHERE room = NEW.room AND question = NEW.question;
        INSERT INTO kept_answer
        SELECT v.room, v.question, v.answer, count(*) FROM vote v
        WHERE v.room = NEW.room AND v.question = NEW.question GROUP BY v.room, v.question, v.answer;
    END IF;
    DELETE FROM vote WHERE room = NEW.room AND question = NEW.question;
    INSERT INTO scrub_due VALUES (1);
    RETURN NULL;
END $$;
CREATE TRIGGER sensitive_poll_is_sealed AFTER UPDATE OF is_open ON poll FOR EACH ROW
    WHEN (OLD.is_open = 1 AND NEW.is_open = 0 AND NEW.is_sensitive = 1)
    EXECUTE FUNCTION sensitive_poll_is_sealed();
CREATE TRIGGER sensitive_poll_is_asked_once BEFORE UPDATE OF is_open ON poll FOR EACH ROW
    WHEN (NEW.is_open = 1 AND OLD.is_open = 0 AND OLD.is_sensitive = 1)
    EXECUTE FUNCTION store_refuses('a sensitive question is asked once');
CREATE TRIGGER emptied_poll_is_not_opened BEFORE UPDATE OF is_open ON poll FOR EACH ROW
    WHEN (NEW.is_open = 1 AND OLD.is_open = 0 AND OLD.is_kept = 1)
    EXECUTE FUNCTION store_refuses('the answers have been deleted');
