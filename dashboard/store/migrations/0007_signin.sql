-- Who may do what where sign-in is on. Of a person there is a digest of issuer and subject, and what an administrator
-- has written; no name, no address of mail. The journal tells of persons by their ids here, which mean nothing elsewhere.
CREATE TABLE person (
    id TEXT PRIMARY KEY CHECK (length(id) = 12),
    identity_sha256 TEXT NOT NULL UNIQUE CHECK (length(identity_sha256) = 64),
    role TEXT NOT NULL CHECK (role IN ('', 'viewer', 'coordinator', 'presenter', 'moderator', 'admin')),
    label TEXT NOT NULL CHECK (length(label) <= 80),
    seen_at TEXT NOT NULL
) STRICT;
CREATE TABLE sign_in (
    cookie_sha256 TEXT PRIMARY KEY CHECK (length(cookie_sha256) = 64),
    person TEXT NOT NULL REFERENCES person (id),
    signed_in_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE INDEX sign_in_person ON sign_in (person);
-- What has been done, each row sealed with the one before it. audit_chain holds both ends: what stood before the first
-- row that is kept, and the last row; its only row is also what writers wait for.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    at TEXT NOT NULL,
    who TEXT NOT NULL CHECK (length(who) BETWEEN 1 AND 40),
    what TEXT NOT NULL CHECK (length(what) BETWEEN 1 AND 40),
    thing TEXT NOT NULL CHECK (length(thing) <= 200),
    hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE TABLE audit_chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    anchor_number INTEGER NOT NULL,
    anchor_hash TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    last_hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_chain (id, anchor_number, anchor_hash, last_number, last_hash) VALUES (1, 0, '', 0, '');
