-- The canonical tables. Money is DECIMAL; a missing amount is NULL, never 0; every fact leads to its source row.
-- Keys are checked over whole tables when a build is done (keys.py); a snapshot's tables have no indexes.

CREATE TABLE snapshot (
    snapshot_id VARCHAR PRIMARY KEY, as_of DATE NOT NULL, built_at TIMESTAMP NOT NULL,
    inputs_sha256 VARCHAR NOT NULL, rules_sha256 VARCHAR NOT NULL, schema_version INTEGER NOT NULL
);

CREATE TABLE source_file (
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    registry VARCHAR NOT NULL, publisher VARCHAR NOT NULL, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL,
    url VARCHAR NOT NULL, licence VARCHAR NOT NULL, caveat_sv VARCHAR NOT NULL, caveat_en VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL CHECK (length(sha256) = 64), bytes BIGINT NOT NULL CHECK (bytes > 0),
    snapshot_date DATE, retrieved_at TIMESTAMP, encoding VARCHAR, delimiter VARCHAR,
    expected_least BIGINT NOT NULL, expected_most BIGINT NOT NULL,
    quarantine_ceiling DOUBLE NOT NULL, stale_after_days INTEGER NOT NULL, precedence INTEGER NOT NULL,
    portfolio VARCHAR NOT NULL CHECK (portfolio IN ('sverige', 'utland') OR portfolio LIKE 'import~_%' ESCAPE '~'),
    licence_en VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL, rows_loaded BIGINT NOT NULL, rows_quarantined BIGINT NOT NULL,
    PRIMARY KEY (source_id, file_name),
    CHECK (rows_read = rows_loaded + rows_quarantined)
);

-- Payloads are read one at a time, and would be two fifths of a large file otherwise.
CREATE TABLE raw_record (
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL CHECK (row_no > 0),
    payload JSON NOT NULL USING COMPRESSION zstd,
    PRIMARY KEY (source_id, file_name, row_no),
    FOREIGN KEY (source_id, file_name) REFERENCES source_file (source_id, file_name)
);

CREATE TABLE load_issue (
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL, "column" VARCHAR NOT NULL,
    severity VARCHAR NOT NULL CHECK (severity IN ('warning', 'quarantine')),
    rule VARCHAR NOT NULL, value VARCHAR, message VARCHAR NOT NULL,
    FOREIGN KEY (source_id, file_name) REFERENCES source_file (source_id, file_name)
);

CREATE TABLE region (
    code VARCHAR PRIMARY KEY, level VARCHAR NOT NULL CHECK (level IN ('riket', 'lan', 'kommun', 'nuts2')),
    name_sv VARCHAR NOT NULL, name_en VARCHAR NOT NULL, short_name VARCHAR NOT NULL,
    lan_code VARCHAR, iso VARCHAR, nuts3 VARCHAR, nuts2 VARCHAR, nuts2_name VARCHAR, kolada_id VARCHAR,
    authority VARCHAR
);

CREATE TABLE boundary (
    code VARCHAR PRIMARY KEY REFERENCES region (code),
    geojson JSON NOT NULL, svg_path VARCHAR NOT NULL,
    label_x DOUBLE NOT NULL, label_y DOUBLE NOT NULL, lon DOUBLE NOT NULL, lat DOUBLE NOT NULL,
    west DOUBLE NOT NULL, south DOUBLE NOT NULL, east DOUBLE NOT NULL, north DOUBLE NOT NULL,
    neighbours VARCHAR[] NOT NULL
);

CREATE TABLE target_group (
    code VARCHAR PRIMARY KEY, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL, synonyms VARCHAR[] NOT NULL
);

-- Which indicator measures a target group's need; none where no series does. A series need not be loaded.
CREATE TABLE group_need (
    target_group_code VARCHAR PRIMARY KEY REFERENCES target_group (code), indicator_code VARCHAR,
    fit VARCHAR NOT NULL CHECK (fit IN ('direct', 'proxy', 'none')), reason_sv VARCHAR NOT NULL, reason_en VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK ((indicator_code IS NULL) = (fit = 'none'))
);

CREATE TABLE indicator (
    code VARCHAR NOT NULL PRIMARY KEY, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL, unit VARCHAR NOT NULL,
    unit_en VARCHAR NOT NULL, better VARCHAR NOT NULL CHECK (better IN ('high', 'low', 'neutral')), publisher VARCHAR NOT NULL,
    table_id VARCHAR NOT NULL, licence VARCHAR NOT NULL, decimals INTEGER NOT NULL, note VARCHAR NOT NULL,
    note_en VARCHAR NOT NULL
);

CREATE TABLE indicator_value (
    indicator_code VARCHAR NOT NULL REFERENCES indicator (code),
    region_code VARCHAR NOT NULL REFERENCES region (code),
    period VARCHAR NOT NULL, sex VARCHAR NOT NULL CHECK (sex IN ('K', 'M', 'T')),
    value DOUBLE, flag VARCHAR CHECK (flag IN ('p', 'b', 'u', 's', 'm')),
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (indicator_code, region_code, period, sex, source_id),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK (value IS NOT NULL OR flag IN ('s', 'm'))
);

-- A difference of two series, worked out in the marts and never stored as a publisher's value.
CREATE TABLE indicator_derived (
    code VARCHAR PRIMARY KEY, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL, unit VARCHAR NOT NULL,
    unit_en VARCHAR NOT NULL, better VARCHAR NOT NULL CHECK (better IN ('high', 'low', 'neutral')),
    decimals INTEGER NOT NULL, note VARCHAR NOT NULL, note_en VARCHAR NOT NULL,
    minuend VARCHAR NOT NULL, minuend_sex VARCHAR NOT NULL CHECK (minuend_sex IN ('K', 'M', 'T')),
    subtrahend VARCHAR NOT NULL, subtrahend_sex VARCHAR NOT NULL CHECK (subtrahend_sex IN ('K', 'M', 'T')),
    CHECK (minuend <> subtrahend OR minuend_sex <> subtrahend_sex)
);

CREATE TABLE programme (
    cci VARCHAR PRIMARY KEY, name VARCHAR, fund_code VARCHAR, programming_period VARCHAR, managing_authority VARCHAR
);

CREATE TABLE organisation (
    org_id VARCHAR PRIMARY KEY, orgnr VARCHAR CHECK (orgnr IS NULL OR regexp_full_match(orgnr, '[0-9]{10}')),
    name VARCHAR NOT NULL, name_norm VARCHAR NOT NULL, org_type VARCHAR, kommun_code VARCHAR REFERENCES region (code),
    country VARCHAR
);

-- Every name that a source gives an organisation; the table above keeps the first.
CREATE TABLE organisation_name (org_id VARCHAR NOT NULL REFERENCES organisation (org_id), name VARCHAR NOT NULL);

CREATE TABLE operation (
    operation_id VARCHAR PRIMARY KEY, local_id VARCHAR NOT NULL, registry VARCHAR NOT NULL, diarienummer VARCHAR,
    title_sv VARCHAR NOT NULL CHECK (title_sv <> ''), title_en VARCHAR, summary_sv VARCHAR, summary_en VARCHAR,
    cci VARCHAR REFERENCES programme (cci), fund_code VARCHAR, programming_period VARCHAR, priority VARCHAR,
    specific_objective VARCHAR,
    start_date DATE, start_precision VARCHAR CHECK (start_precision IN ('day', 'month', 'year')),
    end_date DATE, end_precision VARCHAR CHECK (end_precision IN ('day', 'month', 'year')),
    status_in_source VARCHAR CHECK (status_in_source IN ('planned', 'running', 'ended', 'granted', 'unknown')),
    is_social_innovation BOOLEAN, si_basis VARCHAR, source_url VARCHAR, source_title VARCHAR, seen_on DATE,
    note VARCHAR, source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    decided_on DATE, decided_precision VARCHAR CHECK (decided_precision IN ('day', 'month', 'year')),
    portfolio VARCHAR NOT NULL CHECK (portfolio IN ('sverige', 'utland') OR portfolio LIKE 'import~_%' ESCAPE '~'),
    common_key VARCHAR,
    CHECK ((decided_on IS NULL) = (decided_precision IS NULL)),
    UNIQUE (source_id, local_id),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK ((start_date IS NULL) = (start_precision IS NULL)), CHECK ((end_date IS NULL) = (end_precision IS NULL))
);

CREATE TABLE operation_link (
    operation_id VARCHAR PRIMARY KEY REFERENCES operation (operation_id),
    canonical_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    method VARCHAR NOT NULL CHECK (method IN ('self', 'diarienummer', 'orgnr_title_start', 'common_key', 'manual')),
    confidence DOUBLE NOT NULL CHECK (confidence > 0 AND confidence <= 1)
);

CREATE TABLE operation_party (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    org_id VARCHAR NOT NULL REFERENCES organisation (org_id),
    role VARCHAR NOT NULL CHECK (role IN ('beneficiary', 'lead', 'partner', 'funder', 'provider', 'investor')),
    PRIMARY KEY (operation_id, org_id, role)
);

CREATE TABLE operation_funding (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    measure VARCHAR NOT NULL CHECK (measure IN ('total_eligible_cost', 'eu_contribution', 'granted_support',
        'requested_support', 'state_cofinancing', 'own_cofinancing', 'disbursed', 'outcome_payment',
        'social_investment')),
    amount DECIMAL(18, 2) CHECK (amount >= 0), currency VARCHAR NOT NULL CHECK (regexp_full_match(currency, '[A-Z]{3}')),
    label_in_source VARCHAR NOT NULL, is_rounded BOOLEAN NOT NULL, is_derived BOOLEAN NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (operation_id, measure, currency),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

CREATE TABLE operation_location (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    lan_code VARCHAR REFERENCES region (code), kommun_code VARCHAR REFERENCES region (code),
    location_type VARCHAR NOT NULL CHECK (location_type IN ('operation', 'beneficiary', 'national', 'unknown')),
    share DECIMAL(12, 10) NOT NULL CHECK (share > 0 AND share <= 1),
    share_from DECIMAL(12, 10) NOT NULL CHECK (share_from >= 0), share_to DECIMAL(12, 10) NOT NULL CHECK (share_to <= 1),
    share_basis VARCHAR NOT NULL CHECK (share_basis IN ('published', 'assumed equal', 'whole')),
    lat DOUBLE, lon DOUBLE,
    CHECK ((lan_code IS NULL) = (location_type IN ('national', 'unknown')))
);

CREATE TABLE operation_theme (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    scheme VARCHAR NOT NULL, code VARCHAR NOT NULL, label VARCHAR NOT NULL, label_en VARCHAR NOT NULL,
    PRIMARY KEY (operation_id, scheme, code)
);

CREATE TABLE operation_target_group (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    target_group_code VARCHAR NOT NULL REFERENCES target_group (code),
    basis VARCHAR NOT NULL CHECK (basis IN ('declared', 'indicator', 'text')),
    PRIMARY KEY (operation_id, target_group_code)
);

CREATE TABLE operation_method (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id), method VARCHAR NOT NULL,
    PRIMARY KEY (operation_id, method)
);

CREATE TABLE operation_indicator (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id), indicator_code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('output', 'result')), sex VARCHAR NOT NULL CHECK (sex IN ('K', 'M', 'X', 'T')),
    value_type VARCHAR NOT NULL CHECK (value_type IN ('planned', 'actual')),
    value BIGINT CHECK (value >= 0), as_of DATE, flag VARCHAR CHECK (flag = 's'),
    PRIMARY KEY (operation_id, indicator_code, sex, value_type),
    CHECK ((value IS NULL) = (flag IS NOT NULL))
);

CREATE TABLE operation_conflict (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id), field VARCHAR NOT NULL,
    value_a VARCHAR NOT NULL, source_a VARCHAR NOT NULL, value_b VARCHAR NOT NULL, source_b VARCHAR NOT NULL,
    note VARCHAR NOT NULL, source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

CREATE TABLE operation_source_link (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id), title VARCHAR NOT NULL, url VARCHAR NOT NULL,
    PRIMARY KEY (operation_id, url)
);

CREATE TABLE seed_item (
    item_id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, name VARCHAR NOT NULL, parent VARCHAR, lan_code VARCHAR,
    facts VARCHAR, seed VARCHAR, speakers VARCHAR, source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

CREATE TABLE map_frame (view_box VARCHAR NOT NULL);

-- Annual averages that amounts are restated with; amounts themselves are stored as their sources have them.
CREATE TABLE price_index (
    year INTEGER NOT NULL, value DECIMAL(10, 2) NOT NULL CHECK (value > 0),
    base VARCHAR NOT NULL CHECK (base = '1980=100'),
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (year, source_id),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

CREATE TABLE exchange_rate (
    currency VARCHAR NOT NULL CHECK (regexp_full_match(currency, '[A-Z]{3}') AND currency <> 'EUR'),
    year INTEGER NOT NULL, rate DECIMAL(12, 6) NOT NULL CHECK (rate > 0), last_day DATE NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (currency, year, source_id),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK (year(last_day) = year)
);

-- Pairs of records that a rule or a person has judged: linked, doubtful (for a person to decide) or decided different.
CREATE TABLE operation_pair (
    a_id VARCHAR NOT NULL REFERENCES operation (operation_id), b_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    verdict VARCHAR NOT NULL CHECK (verdict IN ('linked', 'doubtful', 'different')),
    method VARCHAR CHECK (method IN ('diarienummer', 'common_key', 'orgnr_title_start', 'manual')), reason VARCHAR NOT NULL,
    number VARCHAR NOT NULL CHECK (number IN ('same', 'unsure', 'other', 'none')),
    owner VARCHAR NOT NULL CHECK (owner IN ('orgnr', 'name', 'similar', 'differs', 'unknown')),
    is_same_key BOOLEAN NOT NULL, title_similarity DECIMAL(18, 2) NOT NULL, marks_differ BOOLEAN NOT NULL, start_gap_days INTEGER,
    periods_differ BOOLEAN NOT NULL, measure VARCHAR, currency VARCHAR, amount_a DECIMAL(18, 2), amount_b DECIMAL(18, 2),
    decided_why VARCHAR, decided_source VARCHAR,
    PRIMARY KEY (a_id, b_id), CHECK (a_id < b_id),
    CHECK ((verdict = 'doubtful') = (method IS NULL)), CHECK ((method = 'manual') = (decided_why IS NOT NULL))
);

-- How much was compared: operations, possible, compared, large_blocks, decided, waiting.
CREATE TABLE link_count (name VARCHAR PRIMARY KEY, n BIGINT NOT NULL);

-- Counts of persons: the threshold, how many cells there are and are hidden of each area, and which. Never why.
CREATE TABLE disclosure (
    area VARCHAR PRIMARY KEY, min_count INTEGER NOT NULL CHECK (min_count > 0), cells BIGINT NOT NULL,
    hidden BIGINT NOT NULL, exposed BIGINT NOT NULL
);

CREATE TABLE suppressed_cell (
    area VARCHAR NOT NULL, subject VARCHAR NOT NULL, occasion VARCHAR NOT NULL, sex VARCHAR NOT NULL,
    PRIMARY KEY (area, subject, occasion, sex)
);

-- Who works with whom, beyond what registries list: one row a relation of an organisation to an operation or to a seed
-- item, kept by hand with its source. Without an organisation: a party that the source counts and does not name.
CREATE TABLE actor_relation (
    org_id VARCHAR REFERENCES organisation (org_id), org_type VARCHAR,
    operation_id VARCHAR REFERENCES operation (operation_id), item_id VARCHAR REFERENCES seed_item (item_id),
    role VARCHAR NOT NULL CHECK (role IN ('lead', 'partner', 'provider', 'funder', 'investor', 'dialogue', 'organiser',
        'co_organiser', 'host', 'represented', 'recipient', 'publisher', 'part_of')),
    source VARCHAR NOT NULL, reason_sv VARCHAR NOT NULL, reason_en VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK ((operation_id IS NULL) <> (item_id IS NULL)), CHECK (org_id IS NOT NULL OR org_type IS NOT NULL)
);

-- Reviewed spellings: what a name stands for. Several rows of one alias: several organisations in one name.
CREATE TABLE actor_alias (
    alias VARCHAR NOT NULL, name VARCHAR NOT NULL, org_type VARCHAR,
    orgnr VARCHAR CHECK (orgnr IS NULL OR regexp_full_match(orgnr, '[0-9]{10}')),
    why_sv VARCHAR NOT NULL, why_en VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (alias, name),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

-- Pairs of names that a person has looked at and that stay apart: decided different, or open.
CREATE TABLE actor_review (
    a VARCHAR NOT NULL, b VARCHAR NOT NULL, decision VARCHAR NOT NULL CHECK (decision IN ('apart', 'open')),
    why_sv VARCHAR NOT NULL, why_en VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (a, b),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

-- An organisation as it is counted: the spellings of one are one, by organisation number or by review.
CREATE TABLE actor (
    actor_id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, orgnr VARCHAR, org_type VARCHAR,
    type_basis VARCHAR CHECK (type_basis IN ('review', 'source', 'name')), country VARCHAR,
    CHECK ((org_type IS NULL) = (type_basis IS NULL))
);
CREATE TABLE organisation_actor (
    org_id VARCHAR NOT NULL REFERENCES organisation (org_id), actor_id VARCHAR NOT NULL REFERENCES actor (actor_id),
    method VARCHAR NOT NULL CHECK (method IN ('self', 'orgnr', 'alias', 'name')), PRIMARY KEY (org_id, actor_id)
);

-- Names that look alike and that no one has looked at: for review, never merged.
CREATE TABLE actor_similar (
    a_id VARCHAR NOT NULL REFERENCES actor (actor_id), b_id VARCHAR NOT NULL REFERENCES actor (actor_id),
    similarity DECIMAL(18, 2) NOT NULL, PRIMARY KEY (a_id, b_id), CHECK (a_id < b_id)
);

-- Support structures and platforms, kept by hand; those abroad are in no Swedish figure.
CREATE TABLE platform (
    platform_id VARCHAR PRIMARY KEY, name_sv VARCHAR NOT NULL, name_en VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('support', 'platform', 'network', 'example')),
    level VARCHAR NOT NULL CHECK (level IN ('lokal', 'regional', 'nationell', 'internationell', 'ej_angiven')),
    lan_codes VARCHAR[] NOT NULL, is_national BOOLEAN NOT NULL,
    org_id VARCHAR REFERENCES organisation (org_id), operation_id VARCHAR REFERENCES operation (operation_id),
    item_id VARCHAR REFERENCES seed_item (item_id),
    portfolio VARCHAR NOT NULL CHECK (portfolio IN ('sverige', 'utland')),
    source VARCHAR NOT NULL, reason_sv VARCHAR NOT NULL, reason_en VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK (portfolio = 'sverige' OR (len(lan_codes) = 0 AND NOT is_national))
);

-- What an outcome contract or a social investment says of itself; number: the metric it is about, 0 for the whole.
CREATE TABLE contract_term (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id), number INTEGER NOT NULL CHECK (number >= 0),
    field VARCHAR NOT NULL CHECK (field IN ('contract_type', 'metric', 'target', 'price', 'validator', 'validation', 'risk',
        'content', 'marker', 'result', 'caveat')),
    text_sv VARCHAR NOT NULL CHECK (text_sv <> ''), text_en VARCHAR NOT NULL,
    amount DECIMAL(18, 2) CHECK (amount >= 0), currency VARCHAR CHECK (regexp_full_match(currency, '[A-Z]{3}')),
    source_title VARCHAR, source_url VARCHAR,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK ((amount IS NULL) = (currency IS NULL))
);

-- Ways of working, with the questions that belong to one. keys: title and synonyms folded, what an operation's own word for
-- its method is known by; a word may stand for several methods.
CREATE TABLE method (
    code VARCHAR PRIMARY KEY, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL, synonyms VARCHAR[] NOT NULL,
    item_id VARCHAR REFERENCES seed_item (item_id), about_sv VARCHAR, about_en VARCHAR, checklist_sv VARCHAR[] NOT NULL,
    checklist_en VARCHAR[] NOT NULL, keys VARCHAR[] NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK (len(checklist_sv) = len(checklist_en))
);

-- What the seeds call challenges, each with the indicators that tell something of it; none where no series does.
CREATE TABLE challenge (
    code VARCHAR PRIMARY KEY, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL, item_ids VARCHAR[] NOT NULL,
    indicators VARCHAR[] NOT NULL, reason_sv VARCHAR NOT NULL, reason_en VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

-- Themes that no registry has a code for: found by words, as a person reads them and as they are matched.
CREATE TABLE theme (
    code VARCHAR PRIMARY KEY, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL, said VARCHAR[] NOT NULL,
    words VARCHAR[] NOT NULL, item_ids VARCHAR[] NOT NULL, about_sv VARCHAR NOT NULL, about_en VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

-- Where each seed item lives in the product: an address, the text seen there, where it is put to use, the test that looks.
CREATE TABLE seed_home (
    item_id VARCHAR PRIMARY KEY REFERENCES seed_item (item_id), route VARCHAR NOT NULL, shows VARCHAR NOT NULL,
    used VARCHAR, test VARCHAR NOT NULL, source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no)
);

-- What an initiative's sources say of a step of its effect logic, or of how its effects are measured; NULL: nothing.
CREATE TABLE effect_part (
    operation_id VARCHAR NOT NULL REFERENCES operation (operation_id),
    part VARCHAR NOT NULL CHECK (part IN ('need', 'group', 'activity', 'output', 'outcome_short', 'outcome_long',
        'baseline', 'comparison', 'validator', 'follow_up')),
    text_sv VARCHAR, text_en VARCHAR, whom_sv VARCHAR, whom_en VARCHAR,
    indicator_code VARCHAR, fit VARCHAR CHECK (fit IN ('direct', 'proxy')), measured_sv VARCHAR, measured_en VARCHAR,
    why_sv VARCHAR, why_en VARCHAR, source_title VARCHAR NOT NULL, source_url VARCHAR,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (operation_id, part),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK ((indicator_code IS NULL) = (fit IS NULL))
);

-- A node of a tree of causes, problem and effects; is_stated: the source itself says that it hangs on its parent.
CREATE TABLE tree_node (
    tree_id VARCHAR NOT NULL, title_sv VARCHAR NOT NULL, title_en VARCHAR NOT NULL, node_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('problem', 'cause', 'effect')), parent VARCHAR, is_stated BOOLEAN NOT NULL,
    text_sv VARCHAR NOT NULL, text_en VARCHAR NOT NULL, indicator_code VARCHAR, initiatives VARCHAR[] NOT NULL,
    source_title VARCHAR NOT NULL, source_url VARCHAR,
    source_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL, row_no BIGINT NOT NULL,
    PRIMARY KEY (tree_id, node_id),
    FOREIGN KEY (source_id, file_name, row_no) REFERENCES raw_record (source_id, file_name, row_no),
    CHECK ((parent IS NULL) = (kind = 'problem'))
);
