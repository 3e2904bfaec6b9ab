-- Which operations can have a counterpart at all: those that share an owner's name or number, the words of a title, a case
-- number or a common key with an operation of another source and the same portfolio. Few, however many are loaded: only
-- they are looked at closely. match_name (org_id, name) and match_decided (operation_id) are filled before.

CREATE OR REPLACE TEMP MACRO words_of(text) AS list_distinct(list_filter(
    regexp_split_to_array(folded(text), '[^\p{L}\p{N}]+'), lambda word: length(word) > 2));

CREATE OR REPLACE TEMP MACRO title_key(text) AS array_to_string(list_sort(words_of(text)), ' ');

-- Where the sources of a portfolio are one, nothing has a counterpart; its operations are not even read.
CREATE OR REPLACE TEMP TABLE match_source AS
SELECT portfolio, source_id, row_number() OVER (ORDER BY portfolio, source_id) AS source
FROM (SELECT DISTINCT portfolio, source_id FROM operation)
QUALIFY count(*) OVER (PARTITION BY portfolio) > 1;

CREATE OR REPLACE TEMP TABLE match_key AS  -- by hashes, since millions of keys are told apart here and few are shared
SELECT o.rowid AS number, s.portfolio, s.source, hash('title', title_key(o.title_sv)) AS key
FROM operation o JOIN match_source s USING (portfolio, source_id)
UNION ALL
SELECT o.rowid, s.portfolio, s.source, hash('title', title_key(o.title_en))
FROM operation o JOIN match_source s USING (portfolio, source_id) WHERE o.title_en <> o.title_sv
UNION ALL
SELECT o.rowid, s.portfolio, s.source, hash('common', o.common_key)
FROM operation o JOIN match_source s USING (portfolio, source_id) WHERE o.common_key IS NOT NULL
UNION ALL  -- more alike than etl.evidence.bare_number makes them
SELECT o.rowid, s.portfolio, s.source,
    hash('number', regexp_replace(regexp_replace(lower(o.diarienummer), '[^a-z0-9]', '', 'g'), '^dnr', ''))
FROM operation o JOIN match_source s USING (portfolio, source_id) WHERE o.diarienummer IS NOT NULL;

CREATE OR REPLACE TEMP TABLE match_owner AS
WITH seen AS (
    SELECT DISTINCT p.org_id, s.portfolio, s.source
    FROM operation_party p JOIN operation o USING (operation_id) JOIN match_source s USING (portfolio, source_id)
    WHERE p.role IN ('beneficiary', 'lead', 'partner')
), spelt AS (
    SELECT s.*, unnest([g.orgnr, n.name]) AS owner
    FROM seen s JOIN organisation g USING (org_id) JOIN match_name n USING (org_id)
)
SELECT DISTINCT org_id FROM spelt SEMI JOIN (
    SELECT portfolio, owner FROM spelt WHERE owner IS NOT NULL GROUP BY ALL HAVING min(source) <> max(source)
) USING (portfolio, owner);

CREATE OR REPLACE TEMP TABLE match_operation AS
SELECT * FROM operation
WHERE rowid IN (
    SELECT number FROM match_key SEMI JOIN (
        SELECT portfolio, key FROM match_key GROUP BY ALL HAVING min(source) <> max(source)
    ) USING (portfolio, key)
) OR operation_id IN (SELECT operation_id FROM operation_party SEMI JOIN match_owner USING (org_id))
    OR operation_id IN (SELECT operation_id FROM match_decided)
    OR NOT regexp_full_match(diarienummer, '[ -~]*');
