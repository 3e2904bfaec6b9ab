-- What lists show, in their own order, so that a page of fifty is found by its places and nothing else is read.

CREATE TABLE mart_card AS
SELECT r.place, o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, o.owner_type, o.programming_period,
    o.fund_code, o.status, o.status_is_derived, o.start_date, o.start_precision, o.end_date, o.end_precision, o.last_date,
    o.summary_sv, o.diarienummer, o.records, p.places, g.groups
FROM mart_operation o
JOIN mart_order r USING (operation_id)
LEFT JOIN (SELECT place, list(value ORDER BY value) AS places FROM mart_listed WHERE facet = 'lan' GROUP BY 1) p
    USING (place)
LEFT JOIN (SELECT place, list(value ORDER BY value) AS groups FROM mart_listed WHERE facet = 'malgrupp' GROUP BY 1) g
    USING (place)
ORDER BY r.place;

CREATE TABLE mart_card_amount AS
SELECT r.place, r.cell, a.basis, a.measure, a.currency, a.amount, a.is_rounded
FROM mart_amount a JOIN mart_order r USING (operation_id)
ORDER BY a.basis, a.measure, a.currency, r.place;
