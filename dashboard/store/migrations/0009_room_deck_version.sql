-- Which version of a kept deck a room shows, for as long as it lasts; 0 where the deck is a file.
ALTER TABLE room ADD COLUMN deck_version INTEGER NOT NULL DEFAULT 0 CHECK (deck_version >= 0);
