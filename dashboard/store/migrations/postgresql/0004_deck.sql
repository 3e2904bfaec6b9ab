-- As ../0004_deck.sql: decks are kept in versions too.
ALTER TABLE record DROP CONSTRAINT record_kind_check;
ALTER TABLE record ADD CONSTRAINT record_kind_check CHECK (kind IN ('effect_card', 'problem_tree', 'deck'));
