-- Which pairs of operations are worth comparing: those of two sources and one portfolio that share a block. A block is a
-- case number, a common key, an owner with a rare word of the title, or a whole title; never an owner alone, since one
-- university can own tens of thousands. match_operation (near.sql), match_case (operation_id, number) and match_name
-- (org_id, name) are filled before.

CREATE OR REPLACE TEMP TABLE match_word AS
WITH titled AS (
    SELECT operation_id, 'sv' AS lang, unnest(words_of(title_sv)) AS word FROM match_operation
    UNION ALL SELECT operation_id, 'en', unnest(words_of(title_en)) FROM match_operation
), every AS (  -- how rare a word is among all titles, those without a counterpart too
    SELECT unnest(words_of(title_sv)) AS word FROM operation
    UNION ALL SELECT unnest(words_of(title_en)) FROM operation
), common AS (SELECT word, count(*) AS n FROM every SEMI JOIN titled USING (word) GROUP BY word), rare AS (
    SELECT * FROM titled JOIN common USING (word)
    QUALIFY row_number() OVER (PARTITION BY operation_id, lang ORDER BY n, word) <= 4
)
SELECT DISTINCT operation_id, word FROM rare;

CREATE OR REPLACE TEMP TABLE match_block AS
WITH keyed AS (
    SELECT operation_id, 'number' AS kind, number AS key FROM match_case
    UNION
    SELECT operation_id, 'common', common_key FROM match_operation
    UNION
    SELECT p.operation_id, 'owner', unnest([g.orgnr, n.name]) || ' ' || w.word
    FROM operation_party p JOIN organisation g USING (org_id) JOIN match_name n USING (org_id)
    JOIN match_word w USING (operation_id)
    WHERE p.role IN ('beneficiary', 'lead', 'partner')
    UNION
    SELECT operation_id, 'title', array_to_string(list_sort(words_of(unnest([title_sv, title_en]))), ' ') FROM match_operation
)
SELECT k.*, o.source_id, o.portfolio, year(o.start_date) AS year
FROM keyed k
JOIN match_operation o USING (operation_id)
WHERE k.key <> '';

-- A block of this many says too little: the number 0, the title "Tekniskt stöd" in every programme. One source's own
-- blocks compare nothing.
CREATE OR REPLACE TEMP TABLE match_large AS
SELECT portfolio, kind, key, count(*) AS n FROM match_block GROUP BY ALL
HAVING n > 200 AND min(source_id) <> max(source_id);

CREATE OR REPLACE TEMP TABLE match_small AS
SELECT b.* FROM match_block b ANTI JOIN match_large USING (portfolio, kind, key);

CREATE OR REPLACE TEMP TABLE candidate AS
SELECT DISTINCT a.operation_id AS a_id, b.operation_id AS b_id
FROM match_small a
JOIN match_small b ON b.portfolio = a.portfolio AND b.kind = a.kind AND b.key = a.key
    AND a.source_id <> b.source_id AND a.operation_id < b.operation_id
WHERE a.kind IN ('number', 'common') OR coalesce(abs(a.year - b.year) <= 1, true);
