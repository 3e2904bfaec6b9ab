-- As ../0002_records.sql. What is saved is never changed or deleted.
CREATE TABLE record (
    id TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 24),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('effect_card', 'problem_tree')),
    created_at TEXT COLLATE "C" NOT NULL,
    removed_at TEXT COLLATE "C"
);
CREATE TABLE record_version (
    record_id TEXT COLLATE "C" NOT NULL REFERENCES record (id),
    number BIGINT NOT NULL CHECK (number > 0),
    note TEXT COLLATE "C" NOT NULL CHECK (length(note) <= 300),
    body TEXT COLLATE "C" NOT NULL CHECK (body LIKE '{%}'),
    saved_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (record_id, number)
);
CREATE FUNCTION store_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER record_version_is_never_changed BEFORE UPDATE ON record_version
    FOR EACH ROW EXECUTE FUNCTION store_refuses('a version is never changed');
CREATE TRIGGER record_version_is_never_deleted BEFORE DELETE ON record_version
    FOR EACH ROW EXECUTE FUNCTION store_refuses('a version is never deleted');
CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record
    FOR EACH ROW EXECUTE FUNCTION store_refuses('a record is never deleted');
