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

-- Counts of persons of both sexes together.
CREATE TABLE mart_count AS
SELECT p.kind, p.value_type, p.indicator_code, r.place, r.cell, p.value, p.flag
FROM mart_participants p JOIN mart_order r USING (operation_id)
WHERE p.sex = 'T'
ORDER BY p.kind, p.value_type, p.indicator_code, r.place;

-- Places as usual: where the activity is, else the owner; national operations apart.
CREATE TABLE mart_part AS
SELECT p.code, r.place, r.cell, p.kommun_code, p.location_type, p.share_from, p.share_to
FROM mart_place p JOIN mart_order r USING (operation_id)
WHERE p.plats = 'verksamhet' AND NOT p.spread
ORDER BY p.code, r.place;

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
