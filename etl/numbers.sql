-- What pages ask of single operations, by their places in lists: no long ids are joined, and few narrow columns are read.
-- Each stands in the order in which it is asked, so that a question reads few of its blocks.

CREATE TABLE mart_named_owner AS
SELECT CAST(row_number() OVER (ORDER BY owner_key) AS INTEGER) AS owner, owner_key, name
FROM (SELECT owner_key, any_value(name) AS name FROM mart_owner GROUP BY owner_key);

CREATE TABLE mart_number AS
SELECT r.place, r.cell, n.owner, CAST(year(o.start_date) AS SMALLINT) AS start_year,
    CAST(year(coalesce(o.start_date, o.decided_on)) AS SMALLINT) AS year, o.last_date
FROM mart_order r
JOIN mart_operation o USING (operation_id)
LEFT JOIN mart_owner w USING (operation_id)
LEFT JOIN mart_named_owner n USING (owner_key)
ORDER BY r.place;

-- An operation by each id that an address may name it by: its own, and those of its records.
CREATE TABLE mart_id AS
SELECT i.id, r.place
FROM (SELECT local_id AS id, operation_id FROM mart_operation
    UNION ALL SELECT operation_id, canonical_id FROM operation_link) i
JOIN mart_order r USING (operation_id) ORDER BY i.id, r.place;

-- Counts of persons of both sexes together.
CREATE TABLE mart_count AS
SELECT p.kind, p.value_type, p.indicator_code, r.place, r.cell, p.value, p.flag
FROM mart_participants p JOIN mart_order r USING (operation_id)
WHERE p.sex = 'T'
ORDER BY p.kind, p.value_type, p.indicator_code, r.place;

CREATE TABLE mart_part AS
SELECT p.plats, p.spread, p.code, r.place, r.cell, p.kommun_code, p.location_type, p.share_from, p.share_to
FROM mart_place p JOIN mart_order r USING (operation_id)
ORDER BY p.plats, p.spread, p.code, r.place;

CREATE TABLE mart_theme_title AS
SELECT code, any_value(label) AS title_sv, any_value(label_en) AS title_en FROM mart_theme GROUP BY code ORDER BY code;

-- Which sources a portfolio's operations stand in; ``is_first``: one of them is told as this source has it.
CREATE TABLE mart_portfolio_source AS
SELECT portfolio, source_id, bool_or(source_id = first_id) AS is_first
FROM (SELECT DISTINCT portfolio, source_id AS first_id, unnest(source_ids) AS source_id FROM mart_operation)
GROUP BY ALL ORDER BY ALL;

CREATE TABLE mart_coverage AS
SELECT (SELECT count(*) FROM mart_operation) AS operations, (SELECT count(*) FROM operation) AS records,
    (SELECT count(DISTINCT source_id) FROM source_file) AS sources,
    (SELECT count(*) FROM indicator WHERE code NOT LIKE 'population%') AS indicators,
    (SELECT count(*) FROM indicator_value) AS values, (SELECT count(*) FROM raw_record) AS raw_records,
    (SELECT count(*) FROM operation_conflict) AS conflicts;

CREATE TABLE mart_missing AS
SELECT unnest([
    {field: 'amount', lacking: amount}, {field: 'start_date', lacking: start_date},
    {field: 'end_date', lacking: end_date}, {field: 'beneficiary', lacking: beneficiary},
    {field: 'diarienummer', lacking: diarienummer}, {field: 'lan', lacking: lan}, {field: 'kommun', lacking: kommun},
    {field: 'target_group', lacking: target_group}, {field: 'participants_planned', lacking: planned},
    {field: 'participants_actual', lacking: actual}], recursive := true), n AS of
FROM (
    SELECT count(*) AS n, count(*) FILTER (operation_id NOT IN (SELECT operation_id FROM mart_funding)) AS amount,
        count(*) - count(start_date) AS start_date, count(*) - count(end_date) AS end_date,
        count(*) - count(beneficiary) AS beneficiary, count(*) - count(diarienummer) AS diarienummer,
        count(*) FILTER (operation_id NOT IN (SELECT operation_id FROM mart_location
            WHERE location_type <> 'unknown')) AS lan,
        count(*) FILTER (operation_id NOT IN (SELECT operation_id FROM mart_location
            WHERE kommun_code IS NOT NULL)) AS kommun,
        count(*) FILTER (operation_id NOT IN (SELECT operation_id FROM mart_target_group)) AS target_group,
        count(*) FILTER (operation_id NOT IN (SELECT operation_id FROM mart_participants
            WHERE value_type = 'planned')) AS planned,
        count(*) FILTER (operation_id NOT IN (SELECT operation_id FROM mart_participants
            WHERE value_type = 'actual')) AS actual
    FROM mart_operation)
WHERE n > 0;

-- ``told``: a source names a method; ``known``: the vocabulary has it.
CREATE TABLE mart_method_cover AS
SELECT portfolio, count(*) AS n,
    count(*) FILTER (operation_id IN (SELECT canonical_id FROM operation_link JOIN operation_method USING (operation_id)))
        AS told,
    count(*) FILTER (operation_id IN (SELECT operation_id FROM mart_method)) AS known
FROM mart_operation GROUP BY portfolio ORDER BY portfolio;

CREATE TABLE mart_linked AS SELECT method, count(*) AS n FROM operation_link GROUP BY method ORDER BY method;

CREATE TABLE mart_conflict AS
SELECT c.field, c.value_a, c.value_b, o.local_id, o.title_sv, o.title_en
FROM operation_conflict c JOIN operation_link l USING (operation_id)
JOIN mart_operation o ON o.operation_id = l.canonical_id ORDER BY o.title_sv, c.field, o.operation_id;

-- Of complaints a page shows the first, and how many a file has.
CREATE TABLE mart_issue AS
SELECT CAST(row_number() OVER (ORDER BY severity, source_id, row_no, file_name, "column", rule, value, message)
    AS INTEGER) AS nth, i.*
FROM load_issue i QUALIFY nth <= 200 ORDER BY nth;

CREATE TABLE mart_warning AS
SELECT source_id, file_name, count(*) AS n FROM load_issue WHERE severity = 'warning' GROUP BY ALL ORDER BY ALL;

-- Whom an effect card or a problem tree may be about, before anything is sought: social innovation first, then what runs.
CREATE TABLE mart_choice AS
SELECT CAST(row_number() OVER (ORDER BY is_social_innovation IS NOT TRUE, status <> 'running', title_sv, operation_id)
    AS INTEGER) AS nth, local_id, title_sv, title_en
FROM mart_operation WHERE portfolio = 'sverige' QUALIFY nth <= 400 ORDER BY nth;
