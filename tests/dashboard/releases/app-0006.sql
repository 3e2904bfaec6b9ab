PRAGMA user_version = 6;
BEGIN TRANSACTION;
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
CREATE TABLE kept_answer (
    room TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (room, question, answer),
    FOREIGN KEY (room, question) REFERENCES poll (room, question)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "poll" VALUES('5bdjj','poll-em1-1','single',0,'{"aside": "/aktorer", "ends": null, "figure": null, "highest": 5, "id": "poll-em1-1", "is_sensitive": false, "item": "poll-em1-1", "kind": "single", "lowest": 1, "most": 0, "options": [{"id": "kommun", "words": {"en": "Municipality", "sv": "Kommun"}}, {"id": "region", "words": {"en": "Region", "sv": "Region"}}, {"id": "samordningsforbund", "words": {"en": "Coordination association", "sv": "Samordningsförbund"}}, {"id": "myndighet", "words": {"en": "Government agency", "sv": "Statlig myndighet"}}, {"id": "civilsamhalle", "words": {"en": "Association or non-profit organisation", "sv": "Förening eller idéburen organisation"}}, {"id": "socialt-foretag", "words": {"en": "Social enterprise", "sv": "Socialt företag"}}, {"id": "naringsliv", "words": {"en": "Other company", "sv": "Annat företag"}}, {"id": "larosate", "words": {"en": "University or institute", "sv": "Universitet, högskola eller institut"}}, {"id": "parterna", "words": {"en": "Trade union or employers'' organisation", "sv": "Fack eller arbetsgivarorganisation"}}, {"id": "annat", "words": {"en": "Other, or for myself", "sv": "Annat, eller för egen del"}}], "words": {"en": "Overview of the room: who is here?", "sv": "Översikt i rummet: Vilka är här?"}}',1,0,0,1,NULL,0,0);
CREATE TABLE "record" (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 24),
    kind TEXT NOT NULL CHECK (kind IN ('effect_card', 'problem_tree', 'deck')),
    created_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
INSERT INTO "record" VALUES('pmt9fwtzz2gk','effect_card','2026-11-26T19:40:41Z',NULL);
CREATE TABLE record_version (
    record_id TEXT NOT NULL REFERENCES record (id),
    number INTEGER NOT NULL CHECK (number > 0),
    note TEXT NOT NULL CHECK (length(note) <= 300),
    body TEXT NOT NULL CHECK (body LIKE '{%}'),
    saved_at TEXT NOT NULL,
    PRIMARY KEY (record_id, number)
) STRICT;
INSERT INTO "record_version" VALUES('pmt9fwtzz2gk',1,'första','{"title": "Kort", "parts": []}','2026-11-26T19:40:41Z');
INSERT INTO "record_version" VALUES('pmt9fwtzz2gk',2,'andra','{"title": "Kort två", "parts": []}','2026-11-26T19:40:41Z');
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
INSERT INTO "room" VALUES('5bdjj','questions','sv','20261123-00000000','c234bbf1ab4d69270c280e45366745a99127cbc04dea474a2f25deff86e3a43a',300,0,0,0,'',2,7,'2026-11-26T19:40:41Z',NULL);
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
INSERT INTO "saved_view" VALUES('4myqjugdbkds','Örebro, arbetsmarknad','Till mötet','county','lan=18','sv','20261123-00000000',1,'2026-11-26T19:40:41Z','2026-11-26T19:40:41Z');
CREATE TABLE scrub_due (is_due INTEGER NOT NULL CHECK (is_due = 1)) STRICT;
CREATE TABLE signing (
    name TEXT PRIMARY KEY,
    key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;
CREATE TABLE text_group (
    room TEXT NOT NULL,
    question TEXT NOT NULL,
    body TEXT NOT NULL CHECK (body LIKE '{%}'),
    PRIMARY KEY (room, question)
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
INSERT INTO "vote" VALUES('5bdjj','poll-em1-1','243202364ca13fbd88a1c0636771f93c',1,'"kommun"','','');
INSERT INTO "vote" VALUES('5bdjj','poll-em1-1','31be8bf3c7c23d516f074c3124caa7f9',1,'"region"','','');
INSERT INTO "vote" VALUES('5bdjj','poll-em1-1','3e32d914143820649b8f479dc79c92a8',1,'"region"','','');
INSERT INTO "vote" VALUES('5bdjj','poll-em1-1','6d11a2528d88ed18a6dccfdf1d791332',1,'"kommun"','','');
INSERT INTO "vote" VALUES('5bdjj','poll-em1-1','8296cc5419117088ff4fce89c3486d7e',1,'"kommun"','','');
INSERT INTO "vote" VALUES('5bdjj','poll-em1-1','ad6a88e7e8b47be4f6aa221dfd058b87',1,'"kommun"','','');
INSERT INTO "vote" VALUES('5bdjj','poll-em1-1','d1a0c1f79cac480a7023eadc68cf3f5a',1,'"region"','','');
CREATE TRIGGER record_version_is_never_changed BEFORE UPDATE ON record_version BEGIN
    SELECT RAISE(ABORT, 'a version is never changed');
END;
CREATE TRIGGER record_version_is_never_deleted BEFORE DELETE ON record_version BEGIN
    SELECT RAISE(ABORT, 'a version is never deleted');
END;
CREATE INDEX room_open ON room (closed_at);
CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record BEGIN
    SELECT RAISE(ABORT, 'a record is never deleted');
END;
CREATE TRIGGER vote_while_open BEFORE INSERT ON vote
WHEN NOT EXISTS (SELECT 1 FROM poll p WHERE p.room = NEW.room AND p.question = NEW.question AND p.is_open) BEGIN
    SELECT RAISE(ABORT, 'the question is not open');
END;
CREATE TRIGGER room_closes_its_polls AFTER UPDATE OF closed_at ON room WHEN NEW.closed_at IS NOT NULL BEGIN
    UPDATE poll SET is_open = 0, closed_at = NEW.closed_at WHERE room = NEW.code AND is_open;
END;
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
COMMIT;
