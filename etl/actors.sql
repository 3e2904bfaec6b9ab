-- Who works with whom and who pays: what the pages Aktörer and Plattformar read. Actors, not spellings.

-- One row a canonical operation, actor (or kind of a party that is counted and not named) and role, with its source row.
-- ``is_working``: does the work, so that two of them in one operation work together; funders and dialogue parties do not.
CREATE TABLE mart_relation AS
WITH party AS (
    SELECT coalesce(m.counted_as, p.operation_id) AS canonical_id, p.*, a.actor_id
    FROM operation_party p LEFT JOIN moved m USING (operation_id) JOIN organisation_actor a USING (org_id)
), told AS (
    SELECT l.canonical_id, r.* FROM actor_relation r JOIN operation_link l USING (operation_id)
), contested AS (  -- any other operation has one party
    SELECT canonical_id FROM party GROUP BY canonical_id HAVING count(*) > 1
    UNION SELECT canonical_id FROM told
), recorded AS (
    SELECT p.canonical_id AS operation_id, p.actor_id, CAST(NULL AS VARCHAR) AS party_type, p.role, o.source_id, o.file_name,
        o.row_no, CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS reason_sv, CAST(NULL AS VARCHAR) AS reason_en,
        o.operation_id AS record_id, p.org_id
    FROM party p JOIN operation o USING (operation_id)
), every AS (
    SELECT r.* EXCLUDE (record_id, org_id), (1, f.precedence, r.record_id, r.org_id) AS precedence
    FROM recorded r SEMI JOIN contested c ON c.canonical_id = r.operation_id
    JOIN source_file f ON f.source_id = r.source_id AND f.file_name = r.file_name
    UNION ALL
    SELECT t.canonical_id, a.actor_id, CASE WHEN t.org_id IS NULL THEN t.org_type END, t.role, t.source_id, t.file_name,
        t.row_no, t.source, t.reason_sv, t.reason_en, (0, 0, '', coalesce(t.org_id, ''))
    FROM told t LEFT JOIN organisation_actor a USING (org_id)
), one AS (
    SELECT r.* EXCLUDE (record_id, org_id) FROM recorded r ANTI JOIN contested c ON c.canonical_id = r.operation_id
    UNION ALL
    (SELECT DISTINCT ON (operation_id, actor_id, party_type, role) * EXCLUDE (precedence) FROM every
    ORDER BY operation_id, actor_id, party_type, role, precedence)
)
SELECT place, operation_id, actor_id, party_type, role,
    role IN ('beneficiary', 'lead', 'partner', 'provider') AND actor_id IS NOT NULL AS is_working,
    source, reason_sv, reason_en, source_id, file_name, row_no
FROM one JOIN mart_order USING (operation_id);

-- Pairs that work together in an operation; ``a_id`` before ``b_id``, once an operation whatever their roles.
CREATE TABLE mart_edge AS
WITH working AS (SELECT DISTINCT place, operation_id, actor_id FROM mart_relation WHERE is_working)
SELECT a.place, a.operation_id, a.actor_id AS a_id, b.actor_id AS b_id
FROM working a JOIN working b ON b.place = a.place AND a.actor_id < b.actor_id;

-- One row an actor, with its spellings other than its name.
CREATE TABLE mart_actor AS
SELECT a.*, coalesce(s.spellings, []) AS spellings
FROM actor a
LEFT JOIN (
    SELECT g.actor_id, list(DISTINCT n.name ORDER BY n.name) FILTER (n.name <> x.name) AS spellings
    FROM organisation_actor g JOIN organisation_name n USING (org_id) JOIN actor x USING (actor_id) GROUP BY g.actor_id
) s USING (actor_id);

-- An actor's part in something that the seeds name.
CREATE TABLE mart_item_relation AS
SELECT DISTINCT a.actor_id, r.item_id, i.kind, i.name AS item, r.role, r.source, r.reason_sv, r.reason_en, r.source_id,
    r.file_name, r.row_no
FROM actor_relation r JOIN organisation_actor a USING (org_id) JOIN seed_item i USING (item_id);

-- The five parties of coordinated rehabilitation. The two authorities by name, the rest by kind.
CREATE MACRO party_kind(name, org_type) AS CASE
    WHEN starts_with(lower(name), 'arbetsförmedlingen') THEN 'arbetsformedlingen'
    WHEN starts_with(lower(name), 'försäkringskassan') THEN 'forsakringskassan'
    WHEN org_type = 'kommun' THEN 'kommun' WHEN org_type = 'region' THEN 'region'
    WHEN org_type = 'samordningsförbund' THEN 'samordningsforbund' END;

-- One row an operation and party: who it is, whether it takes part, is unnamed, or is only to be talked with.
CREATE TABLE mart_party AS
SELECT r.place, r.operation_id, party_kind(a.name, coalesce(a.org_type, r.party_type)) AS party,
    coalesce(list(DISTINCT a.name ORDER BY a.name) FILTER (a.name IS NOT NULL AND r.role <> 'dialogue'), []) AS named,
    coalesce(list(DISTINCT a.name ORDER BY a.name) FILTER (a.name IS NOT NULL AND r.role = 'dialogue'), []) AS dialogue,
    bool_or(r.actor_id IS NULL AND r.role <> 'dialogue') AS has_unnamed,
    bool_or(r.actor_id IS NULL AND r.role = 'dialogue') AS has_unnamed_dialogue
FROM mart_relation r LEFT JOIN actor a USING (actor_id)
WHERE (r.is_working OR r.role = 'dialogue' OR r.actor_id IS NULL)
    AND party_kind(a.name, coalesce(a.org_type, r.party_type)) IS NOT NULL
GROUP BY ALL;

-- How an operation is paid for: one row an operation, form, funder (or none named) and what says so.
CREATE TABLE mart_financing AS
WITH funds AS (
    SELECT operation_id, CASE
            WHEN fund_code IN ('ESF', 'ESF+', 'ERDF', 'Interreg', 'EMFF', 'JTF', 'CF', 'YEI', 'AMIF', 'FEAD') THEN 'eu'
            WHEN fund_code = 'Vinnova' THEN 'state' WHEN fund_code IN ('Arvsfonden', '360Giving') THEN 'foundation'
            WHEN fund_code = 'INDIGO' THEN 'outcome' END AS form,
        CAST(NULL AS VARCHAR) AS funder_id, fund_code AS funder, 'fund' AS basis
    FROM mart_operation
), parties AS (
    SELECT r.operation_id, CASE
            WHEN w.operation_id IS NOT NULL THEN 'own'
            WHEN a.org_type = 'EU-fond' THEN 'eu' WHEN a.org_type = 'kommun' THEN 'municipal'
            WHEN a.org_type = 'region' THEN 'regional' WHEN a.org_type = 'myndighet' THEN 'state'
            WHEN a.org_type = 'fond' THEN 'foundation' WHEN r.role = 'investor' THEN 'investor'
            WHEN f.fund_code IN ('Vinnova', '360Giving', 'Arvsfonden', 'INDIGO') THEN f.form ELSE 'other' END,
        a.actor_id, a.name, 'party'
    FROM mart_relation r JOIN actor a USING (actor_id)
    JOIN (SELECT *, funder AS fund_code FROM funds) f USING (operation_id)
    LEFT JOIN (SELECT DISTINCT operation_id, actor_id FROM mart_relation WHERE is_working) w
        ON w.operation_id = r.operation_id AND w.actor_id = r.actor_id
    WHERE r.role IN ('funder', 'investor')
), amounts AS (
    SELECT operation_id, CASE measure WHEN 'state_cofinancing' THEN 'state' WHEN 'own_cofinancing' THEN 'own'
            WHEN 'outcome_payment' THEN 'outcome' WHEN 'social_investment' THEN 'social_investment' ELSE 'eu' END,
        NULL, NULL, 'measure'
    FROM mart_funding WHERE amount > 0
        AND measure IN ('state_cofinancing', 'own_cofinancing', 'outcome_payment', 'social_investment', 'eu_contribution')
), methods AS (
    SELECT l.canonical_id, CASE WHEN m.method = 'social investering' THEN 'social_investment' ELSE 'outcome' END, NULL, NULL,
        'method'
    FROM operation_method m JOIN operation_link l USING (operation_id)
    WHERE m.method IN ('social investering', 'socialt utfallskontrakt', 'utfallsbaserad riskdelning')
), rest AS (  -- the budget is larger than the support: someone pays the rest, and no source says who
    SELECT DISTINCT t.operation_id, 'unstated', NULL, NULL, 'rest'
    FROM mart_funding t JOIN mart_funding g ON g.operation_id = t.operation_id AND g.currency = t.currency
    WHERE t.measure = 'total_eligible_cost' AND g.measure IN ('granted_support', 'eu_contribution') AND t.amount > g.amount
        AND t.operation_id NOT IN (SELECT operation_id FROM mart_funding WHERE measure = 'granted_support'
            AND amount = t.amount AND currency = t.currency)
), every AS (
    SELECT * FROM funds WHERE form IS NOT NULL  -- a registry of several funders says no more than the funder it names
        AND (funder NOT IN ('Vinnova', '360Giving', 'Arvsfonden', 'INDIGO')
            OR operation_id NOT IN (SELECT operation_id FROM mart_relation WHERE role IN ('funder', 'investor')))
    UNION SELECT * FROM parties UNION SELECT * FROM amounts
    UNION SELECT * FROM methods UNION SELECT * FROM rest
)
SELECT r.place, e.* FROM every e JOIN mart_order r USING (operation_id)
WHERE funder IS NOT NULL  -- what names no funder says nothing more where one of the form is named
    OR NOT EXISTS (FROM every n WHERE n.operation_id = e.operation_id AND n.form = e.form AND n.funder IS NOT NULL);

-- A platform with the project that funds it and the actor that runs it.
CREATE TABLE mart_platform AS
SELECT p.*, o.local_id, o.title_sv AS project_sv, o.title_en AS project_en, o.fund_code, o.start_date,
    o.start_precision, o.end_date, o.end_precision, o.last_date, o.status, a.name AS organisation, a.actor_id
FROM platform p
LEFT JOIN operation_link l USING (operation_id)
LEFT JOIN mart_operation o ON o.operation_id = l.canonical_id
LEFT JOIN (SELECT org_id, min(actor_id) AS actor_id FROM organisation_actor GROUP BY 1) g USING (org_id)
LEFT JOIN mart_actor a USING (actor_id);

-- The coordination associations of a län: those that a seed places there, else that an initiative there names.
CREATE TABLE mart_association AS
WITH known AS (SELECT actor_id, name FROM mart_actor WHERE org_type = 'samordningsförbund'), seeded AS (
    SELECT actor_id, name, lan_code AS code FROM known JOIN seed_item USING (name)
    WHERE kind = 'organisation' AND length(lan_code) = 2
), named AS (
    SELECT k.actor_id, k.name, p.code FROM known k
    JOIN mart_relation r USING (actor_id)
    JOIN mart_operation o USING (operation_id)
    JOIN mart_place p USING (operation_id)
    WHERE o.portfolio = 'sverige' AND p.plats = 'verksamhet' AND NOT p.spread
)
SELECT code, list(DISTINCT name ORDER BY name) AS names FROM (
    FROM seeded UNION FROM named WHERE actor_id NOT IN (SELECT actor_id FROM seeded))
GROUP BY code ORDER BY code;
