-- What differs between two snapshots, attached as "before" and "after". Run once a pair; questions read the tables.
-- Operations of different portfolios are never taken for each other.

-- Who is who, by registry record. A canonical operation goes on in the one that holds its own record, else its first
-- surviving one, and comes from the one it is found in likewise. Where both agree it is kept; else it has been merged
-- into, or split off from, another. So always: after = before + new + split - withdrawn - merged.
CREATE TABLE pair AS
WITH was AS (
    SELECT portfolio, operation_id AS before_id, unnest(operation_ids) AS record,
        generate_subscripts(operation_ids, 1) AS before_place
    FROM before.mart_operation
), now AS (
    SELECT portfolio, operation_id AS after_id, unnest(operation_ids) AS record,
        generate_subscripts(operation_ids, 1) AS after_place
    FROM after.mart_operation
), onward AS (
    SELECT portfolio, before_id, arg_min(after_id, (record <> before_id, before_place)) AS after_id
    FROM was JOIN now USING (portfolio, record) GROUP BY portfolio, before_id
), back AS (
    SELECT portfolio, arg_min(before_id, (record <> after_id, after_place)) AS before_id, after_id
    FROM was JOIN now USING (portfolio, record) GROUP BY portfolio, after_id
)
SELECT 'kept' AS kind, portfolio, after_id AS id, before_id, after_id
FROM onward JOIN back USING (portfolio, before_id, after_id)
UNION ALL
SELECT 'merged', portfolio, before_id, before_id, after_id
FROM onward ANTI JOIN back USING (portfolio, before_id, after_id)
UNION ALL
SELECT 'split', portfolio, after_id, before_id, after_id
FROM back ANTI JOIN onward USING (portfolio, before_id, after_id)
UNION ALL
SELECT 'withdrawn', portfolio, operation_id, operation_id, NULL
FROM before.mart_operation o WHERE NOT EXISTS (FROM onward n WHERE n.before_id = o.operation_id)
UNION ALL
SELECT 'new', portfolio, operation_id, NULL, operation_id
FROM after.mart_operation o WHERE NOT EXISTS (FROM back b WHERE b.after_id = o.operation_id);

-- The side of a pair that its words are taken from, and the side whose money it had or has.
CREATE TABLE was AS SELECT kind, portfolio, id, before_id FROM pair WHERE kind IN ('kept', 'withdrawn', 'merged');
CREATE TABLE now AS SELECT kind, portfolio, id, after_id FROM pair WHERE kind IN ('kept', 'new', 'split');

-- Every place that an operation was or is in: a län code, SE (national) or okant (unknown).
CREATE MACRO place_code(location_type, lan_code) AS
    CASE location_type WHEN 'national' THEN 'SE' WHEN 'unknown' THEN 'okant' ELSE lan_code END;
CREATE TABLE place AS
SELECT kind, portfolio, id, code, bool_or(was) AS was, bool_or(NOT was) AS now FROM (
    SELECT kind, portfolio, id, place_code(location_type, lan_code) AS code, true AS was
    FROM was JOIN before.mart_location ON operation_id = before_id
    UNION ALL
    SELECT kind, portfolio, id, place_code(location_type, lan_code), false
    FROM now JOIN after.mart_location ON operation_id = after_id
) GROUP BY ALL;

-- The whole amount of every operation, before and after.
CREATE TABLE whole AS
SELECT kind, portfolio, id, measure, currency, w.amount AS before, n.amount AS after
FROM (FROM was JOIN before.mart_funding ON operation_id = before_id) w
FULL JOIN (FROM now JOIN after.mart_funding ON operation_id = after_id) n
    USING (kind, portfolio, id, measure, currency);

-- The part of it in each place.
CREATE TABLE part AS
SELECT kind, portfolio, id, code, measure, currency, w.amount AS before, n.amount AS after
FROM (
    SELECT kind, portfolio, id, place_code(location_type, lan_code) AS code, measure, currency,
        sum(amount_split) AS amount
    FROM was JOIN before.mart_money ON operation_id = before_id GROUP BY ALL
) w FULL JOIN (
    SELECT kind, portfolio, id, place_code(location_type, lan_code) AS code, measure, currency,
        sum(amount_split) AS amount
    FROM now JOIN after.mart_money ON operation_id = after_id GROUP BY ALL
) n USING (kind, portfolio, id, code, measure, currency);

-- Sums of amounts as they went from before to after, in the whole ('*') and in each place:
-- after = before + new + split - withdrawn - merged + changed + moved. "moved": the amount stands, its places do not.
CREATE TABLE ledger AS
SELECT portfolio, code, measure, currency, sum(was) AS before,
    sum(now) FILTER (kind = 'new') AS new, sum(was) FILTER (kind = 'withdrawn') AS withdrawn,
    sum(was) FILTER (kind = 'merged') AS merged, sum(now) FILTER (kind = 'split') AS split,
    sum(coalesce(now, 0) - coalesce(was, 0)) FILTER (kind = 'kept' AND is_changed) AS changed,
    sum(coalesce(now, 0) - coalesce(was, 0)) FILTER (kind = 'kept' AND NOT is_changed) AS moved, sum(now) AS after
FROM (
    SELECT kind, portfolio, '*' AS code, measure, currency, before AS was, after AS now,
        before IS DISTINCT FROM after AS is_changed FROM whole
    UNION ALL
    SELECT kind, portfolio, code, measure, currency, p.before, p.after, w.before IS DISTINCT FROM w.after
    FROM part p JOIN whole w USING (kind, portfolio, id, measure, currency)
) GROUP BY ALL;

-- Status as marts.sql tells it, on any day.
CREATE MACRO status_on(start_date, last_date, said, day) AS CASE
    WHEN last_date < day THEN 'ended' WHEN start_date > day THEN 'planned'
    WHEN start_date IS NOT NULL AND last_date IS NOT NULL THEN 'running' ELSE coalesce(said, 'unknown') END;
-- A status that has changed; "date": it would have without a word from the source, since the day came.
CREATE TABLE status AS
SELECT pair.portfolio, id, b.status AS before, a.status AS after,
    CASE WHEN status_on(b.start_date, b.last_date, b.status_in_source, s.as_of) = a.status
        THEN 'date' ELSE 'source' END AS cause
FROM pair JOIN before.mart_operation b ON b.operation_id = before_id
JOIN after.mart_operation a ON a.operation_id = after_id CROSS JOIN after.snapshot s
WHERE kind = 'kept' AND b.status <> a.status;

CREATE MACRO day_text(day, exactness) AS
    left(CAST(day AS VARCHAR), CASE exactness WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END);
CREATE MACRO spots(locations) AS TABLE
    SELECT operation_id, string_agg(DISTINCT code, ',' ORDER BY code) AS lan,
        string_agg(DISTINCT kommun_code, ',' ORDER BY kommun_code) AS kommun,
        string_agg(DISTINCT location_type, ',' ORDER BY location_type) AS place_type
    FROM (SELECT *, place_code(location_type, lan_code) AS code FROM query_table(locations)) GROUP BY operation_id;
CREATE TABLE was_spots AS FROM spots('before.main.mart_location');
CREATE TABLE now_spots AS FROM spots('after.main.mart_location');
-- One row a field of a kept operation that reads otherwise; days as exactly as the source has them.
CREATE TABLE field AS
SELECT portfolio, id, said.field, said.before, said.after FROM (
    SELECT p.portfolio, p.id, unnest([
        {field: 'title', before: b.title_sv, after: a.title_sv},
        {field: 'title_en', before: nullif(b.title_en, b.title_sv), after: nullif(a.title_en, a.title_sv)},
        {field: 'owner', before: b.beneficiary, after: a.beneficiary},
        {field: 'start_date', before: day_text(b.start_date, b.start_precision),
            after: day_text(a.start_date, a.start_precision)},
        {field: 'end_date', before: day_text(b.end_date, b.end_precision),
            after: day_text(a.end_date, a.end_precision)},
        {field: 'lan', before: x.lan, after: y.lan},
        {field: 'kommun', before: x.kommun, after: y.kommun},
        {field: 'place_type', before: x.place_type, after: y.place_type},
        {field: 'records', before: array_to_string(list_sort(b.operation_ids), ', '),
            after: array_to_string(list_sort(a.operation_ids), ', ')}
    ]) AS said
    FROM pair p JOIN before.mart_operation b ON b.operation_id = p.before_id
    JOIN after.mart_operation a ON a.operation_id = p.after_id
    LEFT JOIN was_spots x ON x.operation_id = p.before_id LEFT JOIN now_spots y ON y.operation_id = p.after_id
    WHERE p.kind = 'kept'
) WHERE said.before IS DISTINCT FROM said.after;

-- One row an operation that has changed in any way. "because": its whole source has come or gone, or only the record.
CREATE TABLE change AS
WITH said AS (
    SELECT portfolio, id, list({field: field, before: before, after: after} ORDER BY field) AS fields
    FROM field GROUP BY ALL
), money AS (
    SELECT portfolio, id, list({measure: measure, currency: currency, before: before, after: after}
        ORDER BY measure, currency DESC) AS amounts
    FROM whole WHERE before IS DISTINCT FROM after GROUP BY ALL
), placed AS (
    SELECT portfolio, id, list(code ORDER BY code) AS codes, list(code) FILTER (was) AS codes_before,
        list(code) FILTER (now) AS codes_after FROM place GROUP BY ALL
), had AS (SELECT list(DISTINCT source_id) AS ids FROM before.source_file),
has AS (SELECT list(DISTINCT source_id) AS ids FROM after.source_file)
SELECT p.*, coalesce(a.local_id, b.local_id) AS local_id, coalesce(a.title_sv, b.title_sv) AS title_sv,
    coalesce(a.title_en, b.title_en) AS title_en, coalesce(a.beneficiary, b.beneficiary) AS beneficiary,
    CASE p.kind WHEN 'new' THEN if(list_has_any(a.source_ids, had.ids), 'record', 'source')
        WHEN 'withdrawn' THEN if(list_has_any(b.source_ids, has.ids), 'record', 'source') END AS because,
    coalesce(a.source_ids, b.source_ids) AS source_ids, codes, codes_before, codes_after,
    b.status AS status_before, a.status AS status_after, s.cause AS status_cause,
    a.end_date, a.end_precision, coalesce(fields, []) AS fields, coalesce(amounts, []) AS amounts
FROM pair p CROSS JOIN had CROSS JOIN has
LEFT JOIN before.mart_operation b ON b.operation_id = p.before_id AND p.kind <> 'split'
LEFT JOIN after.mart_operation a ON a.operation_id = p.after_id AND p.kind <> 'merged'
LEFT JOIN status s ON s.portfolio = p.portfolio AND s.id = p.id
LEFT JOIN said ON said.portfolio = p.portfolio AND said.id = p.id
LEFT JOIN money ON money.portfolio = p.portfolio AND money.id = p.id
LEFT JOIN placed ON placed.portfolio = p.portfolio AND placed.id = p.id
WHERE p.kind <> 'kept' OR s.cause IS NOT NULL OR fields IS NOT NULL OR amounts IS NOT NULL;

-- How many operations there were and are, in the whole ('*') and touching each place.
-- after = before + new + split + moved_in - withdrawn - merged - moved_out.
CREATE TABLE held AS
SELECT portfolio, code, count(*) FILTER (was) AS before,
    count(*) FILTER (kind = 'new') AS new, count(*) FILTER (kind = 'withdrawn') AS withdrawn,
    count(*) FILTER (kind = 'merged') AS merged, count(*) FILTER (kind = 'split') AS split,
    count(*) FILTER (kind = 'kept' AND NOT was) AS moved_in, count(*) FILTER (kind = 'kept' AND NOT now) AS moved_out,
    count(*) FILTER (now) AS after
FROM (FROM place UNION ALL BY NAME SELECT kind, portfolio, id, '*' AS code,
    kind IN ('kept', 'withdrawn', 'merged') AS was, kind IN ('kept', 'new', 'split') AS now FROM pair)
GROUP BY ALL;

-- One row an indicator's value that came, went, or reads otherwise. What is suppressed now tells nothing of before.
CREATE TABLE value AS
WITH known AS (SELECT DISTINCT indicator_code FROM before.mart_indicator),
periods AS (SELECT DISTINCT indicator_code, period FROM before.mart_indicator)
SELECT indicator_code, region_code, r.lan_code, r.level, period, sex,
    CASE WHEN n.source_id IS NULL THEN 'withdrawn'
        WHEN w.source_id IS NULL AND k.indicator_code IS NULL THEN 'new_indicator'
        WHEN w.source_id IS NULL AND p.indicator_code IS NULL THEN 'new_period'
        WHEN w.source_id IS NULL THEN 'new_value'
        WHEN w.value IS DISTINCT FROM n.value THEN 'revised' ELSE 'flag' END AS kind,
    if(n.flag = 's', NULL, w.value) AS before, n.value AS after, w.flag AS flag_before, n.flag AS flag_after,
    n.source_id, n.file_name, n.row_no
FROM before.mart_indicator w
FULL JOIN after.mart_indicator n USING (indicator_code, region_code, period, sex)
LEFT JOIN known k USING (indicator_code) LEFT JOIN periods p USING (indicator_code, period)
JOIN (SELECT code, any_value(level) AS level, any_value(lan_code) AS lan_code
    FROM (FROM after.region UNION ALL FROM before.region) GROUP BY code) r ON r.code = region_code
WHERE w.source_id IS NULL OR n.source_id IS NULL OR w.value IS DISTINCT FROM n.value OR w.flag IS DISTINCT FROM n.flag;

CREATE TABLE versions AS
SELECT b.snapshot_id AS before_id, b.as_of AS before_as_of, b.built_at AS before_built_at,
    a.snapshot_id AS after_id, a.as_of AS after_as_of, a.built_at AS after_built_at,
    a.rules_sha256 <> b.rules_sha256 AS is_other_rules,
    (SELECT count(*) FROM before.mart_indicator) AS values_before,
    (SELECT count(*) FROM after.mart_indicator) AS values_after
FROM before.snapshot b CROSS JOIN after.snapshot a;

DROP TABLE pair; DROP TABLE was; DROP TABLE now; DROP TABLE place; DROP TABLE whole; DROP TABLE part;
DROP TABLE status; DROP TABLE field; DROP TABLE was_spots; DROP TABLE now_spots;
