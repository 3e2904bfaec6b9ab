-- What the dashboard reads beside mart_operation (canonical.py). The marts of amounts by place and the cubes stand in
-- aggregates.py and cubes.py; ``moved`` and ``several`` in canonical.py.

CREATE TABLE mart_theme AS
WITH told AS (
    SELECT * FROM operation_theme
    WHERE scheme NOT IN ('country', 'outcome_metric')  -- what one contract says of itself is no facet
)
SELECT operation_id, scheme, code, label, label_en FROM told ANTI JOIN several USING (operation_id)
UNION ALL
(SELECT DISTINCT ON (l.canonical_id, t.scheme, t.code) l.canonical_id, t.scheme, t.code, t.label, t.label_en
FROM told t SEMI JOIN several USING (operation_id) JOIN operation_link l USING (operation_id)
ORDER BY l.canonical_id, t.scheme, t.code, t.operation_id);

-- One value a cell: of several sources the one retrieved last, also where it has no value: what a publisher has since
-- withheld or withdrawn is not shown from an older file. ``year`` is the last year of the period: 2024 of 2021-2024.
CREATE TABLE mart_indicator AS
SELECT v.indicator_code, v.region_code, r.level, v.period,
    CAST(CASE WHEN length(v.period) = 9 THEN right(v.period, 4) ELSE left(v.period, 4) END AS INTEGER) AS year,
    v.sex, v.value, v.flag, false AS is_derived, v.source_id, v.file_name, v.row_no
FROM indicator_value v
JOIN region r ON r.code = v.region_code
JOIN source_file s ON s.source_id = v.source_id AND s.file_name = v.file_name
QUALIFY row_number() OVER (
    PARTITION BY v.indicator_code, v.region_code, v.period, v.sex
    ORDER BY s.retrieved_at DESC NULLS LAST, s.precedence, v.source_id) = 1;

-- Sums of kommuner to län and riket, of counts of persons that no one publishes for these: only where every kommun has a
-- value, so that nothing hidden can be had by subtraction. A row leads to the first of the kommuner.
CREATE VIEW mart_kommun_sum AS
WITH whole AS (
    SELECT lan_code AS code, 'lan' AS level, count(*) AS n FROM region WHERE level = 'kommun' GROUP BY lan_code
    UNION ALL SELECT '00', 'riket', count(*) FROM region WHERE level = 'kommun'
)
SELECT m.indicator_code, k.code AS region_code, k.level, m.period, any_value(m.year) AS year, m.sex,
    CASE WHEN count(m.value) = any_value(k.n) THEN sum(m.value) END AS value,
    CASE WHEN count(m.value) < any_value(k.n) THEN CASE WHEN bool_or(m.flag = 's') THEN 's' ELSE 'm' END
        ELSE coalesce(any_value(m.flag) FILTER (m.flag = 'b'), any_value(m.flag) FILTER (m.flag = 'u'),
            any_value(m.flag)) END AS flag,
    true AS is_derived, arg_min(m.source_id, m.region_code) AS source_id,
    arg_min(m.file_name, m.region_code) AS file_name, arg_min(m.row_no, m.region_code) AS row_no
FROM mart_indicator m
JOIN region r ON r.code = m.region_code
JOIN indicator i ON i.code = m.indicator_code AND i.unit = 'personer'
JOIN whole k ON k.code IN (r.lan_code, '00')
ANTI JOIN (FROM mart_indicator WHERE NOT is_derived) p ON p.indicator_code = m.indicator_code AND p.level = k.level
WHERE m.level = 'kommun'
GROUP BY m.indicator_code, k.code, k.level, m.period, m.sex;

INSERT INTO mart_indicator FROM mart_kommun_sum;

-- Gaps: one published series minus another, same region and period; without a value when either part is. The row leads to
-- the first part, ``subtrahend_…`` to the second.
CREATE VIEW mart_gap AS
SELECT d.code AS indicator_code, a.region_code, a.level, a.period, a.year, 'T' AS sex,
    round(a.value - b.value, 6) AS value,
    CASE WHEN a.value IS NULL OR b.value IS NULL THEN CASE WHEN 's' IN (a.flag, b.flag) THEN 's' ELSE 'm' END
        WHEN 'b' IN (a.flag, b.flag) THEN 'b' WHEN 'u' IN (a.flag, b.flag) THEN 'u'
        WHEN 'p' IN (a.flag, b.flag) THEN 'p' END AS flag,
    true AS is_derived, a.source_id, a.file_name, a.row_no,
    b.source_id AS subtrahend_source_id, b.file_name AS subtrahend_file_name, b.row_no AS subtrahend_row_no
FROM indicator_derived d
JOIN mart_indicator a ON a.indicator_code = d.minuend AND a.sex = d.minuend_sex
JOIN mart_indicator b ON b.indicator_code = d.subtrahend AND b.sex = d.subtrahend_sex
    AND b.region_code = a.region_code AND b.period = a.period;

INSERT INTO mart_indicator SELECT * EXCLUDE (subtrahend_source_id, subtrahend_file_name, subtrahend_row_no) FROM mart_gap;

INSERT INTO indicator
SELECT d.code, d.title_sv, d.title_en, d.unit, d.unit_en, d.better, 'Inkluderingskartan',
    concat_ws(' − ', a.table_id, nullif(b.table_id, a.table_id)),
    concat_ws('; ', a.licence, nullif(b.licence, a.licence)), d.decimals, d.note, d.note_en
FROM indicator_derived d JOIN indicator a ON a.code = d.minuend JOIN indicator b ON b.code = d.subtrahend
WHERE d.code IN (SELECT indicator_code FROM mart_gap);

-- Rank among the län that have a value, 1 = best in the indicator's good direction (largest where neutral).
CREATE TABLE mart_rank AS
SELECT m.indicator_code, m.region_code, m.period, m.value,
    rank() OVER (PARTITION BY m.indicator_code, m.period
        ORDER BY CASE WHEN i.better = 'low' THEN m.value ELSE -m.value END) AS rank,
    count(*) OVER (PARTITION BY m.indicator_code, m.period) AS of
FROM mart_indicator m JOIN indicator i ON i.code = m.indicator_code
WHERE m.level = 'lan' AND m.sex = 'T' AND m.value IS NOT NULL;

-- Similar län: distance over the z-scores of four published series, newest common period.
CREATE TABLE mart_peer AS
WITH chosen AS (
    SELECT indicator_code, region_code, CASE indicator_code WHEN 'population' THEN ln(value) ELSE value END AS x
    FROM mart_rank
    WHERE indicator_code IN ('population', 'dependency_ratio', 'employment_20_64', 'low_economic_standard')
    QUALIFY period = max(period) FILTER (of = 21) OVER (PARTITION BY indicator_code)
), z AS (
    SELECT indicator_code, region_code,
        (x - avg(x) OVER (PARTITION BY indicator_code)) / stddev_pop(x) OVER (PARTITION BY indicator_code) AS z
    FROM chosen
)
SELECT a.region_code, b.region_code AS peer_code,
    round(sqrt(sum((a.z - b.z) ** 2)), 9) AS distance,  -- the last digits of a sum go by the order of its parts
    row_number() OVER (PARTITION BY a.region_code ORDER BY distance, b.region_code) AS nearness
FROM z a JOIN z b USING (indicator_code)
WHERE a.region_code <> b.region_code
GROUP BY a.region_code, b.region_code;

-- Prices: of several sources of a year the one retrieved last.
CREATE TABLE mart_price_index AS
SELECT p.* FROM price_index p JOIN source_file s USING (source_id, file_name)
QUALIFY row_number() OVER (PARTITION BY p.year ORDER BY s.retrieved_at DESC NULLS LAST, p.source_id) = 1;

CREATE TABLE mart_exchange_rate AS
SELECT x.* FROM exchange_rate x JOIN source_file s USING (source_id, file_name)
QUALIFY row_number() OVER (PARTITION BY x.currency, x.year ORDER BY s.retrieved_at DESC NULLS LAST, x.source_id) = 1;

-- What an amount may be told in: as the source has it, in the newest index year's prices, in euro at one stated rate.
CREATE TABLE mart_basis AS
SELECT 'nominal' AS basis, CAST(NULL AS INTEGER) AS price_year, CAST(NULL AS DECIMAL(12, 6)) AS rate,
    CAST(NULL AS DATE) AS rate_date, CAST(NULL AS VARCHAR) AS source_id, CAST(NULL AS VARCHAR) AS file_name,
    CAST(NULL AS BIGINT) AS row_no
UNION ALL (SELECT 'fast', year, NULL, NULL, source_id, file_name, row_no FROM mart_price_index ORDER BY year DESC LIMIT 1)
UNION ALL (SELECT 'euro', NULL, rate, last_day, source_id, file_name, row_no FROM mart_exchange_rate
    WHERE currency = 'SEK' ORDER BY year DESC LIMIT 1);

-- Every amount on every basis that it can be told on. It belongs to the year of the start, else of the decision; one with
-- neither, of a year without an index or in another currency has no restated row. Whole öre, halves up: no binary fraction anywhere.
CREATE TABLE mart_amount AS
WITH known AS (
    SELECT f.operation_id, f.measure, f.currency, f.amount, f.is_rounded, f.is_derived, year(coalesce(o.start_date, o.decided_on)) AS year,
        CAST(CAST(f.amount AS DECIMAL(28, 2)) * 100 AS HUGEINT) AS ore
    FROM mart_funding f JOIN mart_operation o USING (operation_id)
), restated AS (
    SELECT k.*, 'fast' AS basis,
        ore * CAST(CAST(target.value AS DECIMAL(28, 2)) * 100 AS HUGEINT) AS numerator,
        CAST(CAST(own.value AS DECIMAL(28, 2)) * 100 AS HUGEINT) AS denominator
    FROM known k JOIN mart_price_index own USING (year)
    JOIN mart_basis b ON b.basis = 'fast' JOIN mart_price_index target ON target.year = b.price_year
    WHERE k.currency = 'SEK'
    UNION ALL
    SELECT k.*, 'euro', ore * 1000000, CAST(CAST(b.rate AS DECIMAL(28, 6)) * 1000000 AS HUGEINT)
    FROM known k JOIN mart_basis b ON b.basis = 'euro' WHERE k.currency = 'SEK'
    UNION ALL
    SELECT k.*, 'euro', ore, 1 FROM known k JOIN mart_basis b ON b.basis = 'euro' WHERE k.currency = 'EUR'
)
SELECT operation_id, 'nominal' AS basis, measure, currency, CAST(amount AS DECIMAL(22, 2)) AS amount, is_rounded,
    is_derived, year
FROM known
UNION ALL
SELECT operation_id, basis, measure, currency,
    CAST(CAST((2 * numerator + denominator) // (2 * denominator) AS DECIMAL(26, 0)) * CAST(0.01 AS DECIMAL(3, 2))
        AS DECIMAL(22, 2)), is_rounded, is_derived, year
FROM restated;

-- A place's part of an amount: the parts telescope, so that they sum to it exactly.
CREATE MACRO amount_part(amount, share_from, share_to) AS
    CAST(round(CAST(amount AS DECIMAL(26, 2)) * share_to, 2) - round(CAST(amount AS DECIMAL(26, 2)) * share_from, 2)
        AS DECIMAL(22, 2));

-- The records that a pair of operation_pair names, as a person compares them; no more than those.
CREATE TABLE mart_pair_record AS
WITH paired AS MATERIALIZED (SELECT a_id FROM operation_pair UNION SELECT b_id FROM operation_pair)
SELECT o.operation_id, o.local_id, l.canonical_id, o.title_sv, coalesce(o.title_en, o.title_sv) AS title_en,
    o.diarienummer, o.programming_period, o.start_date, o.start_precision, o.end_date, o.end_precision, o.source_url,
    o.source_id, o.file_name, o.row_no, s.title_sv AS source_sv, s.title_en AS source_en, p.owners, f.amounts
FROM operation o
JOIN operation_link l USING (operation_id)
JOIN source_file s ON s.source_id = o.source_id AND s.file_name = o.file_name
LEFT JOIN (
    SELECT p.operation_id, list(DISTINCT g.name ORDER BY g.name) AS owners
    FROM operation_party p JOIN organisation g USING (org_id)
    WHERE p.role IN ('beneficiary', 'lead') AND p.operation_id IN (FROM paired) GROUP BY 1
) p USING (operation_id)
LEFT JOIN (
    SELECT operation_id, list({measure: measure, currency: currency, amount: amount} ORDER BY measure, currency) AS amounts
    FROM operation_funding WHERE amount IS NOT NULL AND operation_id IN (FROM paired) GROUP BY 1
) f USING (operation_id)
WHERE o.operation_id IN (FROM paired);

-- The one organisation that owns an operation, chosen as mart_operation chooses its name. The key stands in addresses.
CREATE TABLE mart_owner AS
WITH party AS (
    SELECT coalesce(m.counted_as, p.operation_id) AS canonical_id, p.*
    FROM operation_party p LEFT JOIN moved m USING (operation_id)
    WHERE p.role IN ('beneficiary', 'lead', 'partner', 'provider')
), contested AS (
    SELECT canonical_id FROM party GROUP BY canonical_id HAVING count(*) > 1
), owner AS (
    SELECT canonical_id, org_id FROM party ANTI JOIN contested USING (canonical_id)
    UNION ALL
    (SELECT p.canonical_id, p.org_id
    FROM party p SEMI JOIN contested USING (canonical_id)
    JOIN operation x USING (operation_id)
    JOIN source_file f ON f.source_id = x.source_id AND f.file_name = x.file_name
    QUALIFY row_number() OVER (PARTITION BY p.canonical_id ORDER BY CASE p.role WHEN 'beneficiary' THEN 1
        WHEN 'lead' THEN 2 WHEN 'provider' THEN 3 ELSE 4 END, f.precedence, p.operation_id, p.org_id) = 1)
)
SELECT o.canonical_id AS operation_id, left(md5(o.org_id), 12) AS owner_key, o.org_id, g.name
FROM owner o JOIN organisation g USING (org_id);
-- What contracts say of themselves, by the operation that they are counted as.
CREATE TABLE mart_term AS
SELECT l.canonical_id AS operation_id, t.* EXCLUDE (operation_id)
FROM contract_term t JOIN operation_link l USING (operation_id);

-- What is read as a contract: a record of INDIGO, or an operation that says something of itself as one.
CREATE TABLE mart_contract AS
WITH named AS (
    SELECT o.operation_id, o.local_id, o.title_sv, o.title_en, o.portfolio, coalesce(t.said, 0) AS said
    FROM mart_operation o LEFT JOIN (SELECT operation_id, count(*) AS said FROM mart_term GROUP BY 1) t USING (operation_id)
    WHERE o.fund_code = 'INDIGO' OR t.said > 0
)
SELECT n.*, coalesce(f.amounts, []) AS amounts, coalesce(p.investors, []) AS investors
FROM named n
LEFT JOIN (
    SELECT operation_id, list({measure: measure, currency: currency, amount: amount, label_in_source: label_in_source,
        is_rounded: is_rounded} ORDER BY measure, currency) AS amounts
    FROM mart_funding SEMI JOIN named USING (operation_id)
    WHERE measure IN ('outcome_payment', 'social_investment', 'disbursed') GROUP BY 1
) f USING (operation_id)
LEFT JOIN (
    SELECT l.canonical_id AS operation_id, list(DISTINCT g.name ORDER BY g.name) AS investors
    FROM operation_party p JOIN organisation g USING (org_id) JOIN operation_link l USING (operation_id)
    SEMI JOIN named ON named.operation_id = l.canonical_id WHERE p.role = 'investor' GROUP BY 1
) p USING (operation_id)
ORDER BY n.portfolio, n.said DESC, n.title_sv, n.operation_id;

-- Themes found by words: a word, or the beginning of one, in the title, the description or the method; notes are not read.
-- Every one stands in search_text, where one look for them all leaves few texts to go through.
SET VARIABLE theme_words = (
    SELECT '(^|[^a-z0-9])(' || string_agg(replace(regexp_escape(word), '\ ', '[^a-z0-9]+'), '|') || ')'
    FROM (SELECT unnest(words) AS word FROM theme));

INSERT INTO mart_theme
SELECT o.operation_id, 'word', t.code, t.title_sv, t.title_en
FROM (
    SELECT m.operation_id, ' ' || regexp_replace(folded(concat_ws(' ', m.title_sv, m.title_en, m.summary_sv,
        m.summary_en, d.methods)), '[^a-z0-9]+', ' ', 'g') AS text
    FROM mart_operation m LEFT JOIN (
        SELECT l.canonical_id, string_agg(DISTINCT e.method, ' ' ORDER BY e.method) AS methods
        FROM operation_method e JOIN operation_link l USING (operation_id) GROUP BY 1) d ON d.canonical_id = m.operation_id
    WHERE regexp_matches(m.search_text, getvariable('theme_words'))
) o JOIN theme t ON list_bool_or(list_transform(t.words, lambda w: contains(o.text, ' ' || w)));

-- Methods of an operation by the vocabulary; its own words that the vocabulary does not know have no row here.
CREATE TABLE mart_method AS
SELECT DISTINCT l.canonical_id AS operation_id, m.code AS method_code
FROM operation_method d JOIN operation_link l USING (operation_id)
JOIN method m ON list_contains(m.keys, trim(folded(d.method)));

-- Effect cards, by the operation that they are counted as; local_id is the card's id in addresses.
CREATE TABLE mart_effect AS
SELECT l.canonical_id AS operation_id, o.local_id, e.* EXCLUDE (operation_id)
FROM effect_part e JOIN operation o USING (operation_id) JOIN operation_link l USING (operation_id);
