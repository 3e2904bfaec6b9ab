-- Written by python -m etl.engine from etl/aggregates.py and etl/cubes.py.

-- mart: moved
CREATE TEMP TABLE moved (operation_id VARCHAR, counted_as VARCHAR);
INSERT INTO moved BY NAME SELECT * FROM (
SELECT
  "t0"."operation_id",
  "t0"."canonical_id" AS "counted_as"
FROM "operation_link" AS "t0"
WHERE
  "t0"."operation_id" <> "t0"."canonical_id"
) WHERE /* these */ true;

-- mart: several
CREATE TEMP TABLE several (operation_id VARCHAR);
INSERT INTO several BY NAME SELECT * FROM (
SELECT DISTINCT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t0"."operation_id"
    FROM "moved" AS "t0"
  ) AS "t1"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t0"."counted_as" AS "operation_id"
    FROM "moved" AS "t0"
  ) AS "t2"
) AS "t3"
) WHERE /* these */ true;

-- mart: mart_funding
CREATE TABLE mart_funding (operation_id VARCHAR, measure VARCHAR, currency VARCHAR, amount DECIMAL(18, 2), label_in_source VARCHAR, is_rounded BOOLEAN, is_derived BOOLEAN, source_id VARCHAR, file_name VARCHAR, row_no BIGINT);
INSERT INTO mart_funding BY NAME SELECT * FROM (
SELECT
  *
FROM (
  SELECT
    "t13"."operation_id",
    "t13"."measure",
    "t13"."currency",
    "t13"."amount",
    "t13"."label_in_source",
    "t13"."is_rounded",
    "t13"."is_derived",
    "t13"."source_id",
    "t13"."file_name",
    "t13"."row_no"
  FROM (
    SELECT
      "t10"."operation_id",
      "t10"."measure",
      "t10"."amount",
      "t10"."currency",
      "t10"."label_in_source",
      "t10"."is_rounded",
      "t10"."is_derived",
      "t10"."source_id",
      "t10"."file_name",
      "t10"."row_no"
    FROM (
      SELECT
        *
      FROM "operation_funding" AS "t0"
      WHERE
        "t0"."amount" IS NOT NULL
    ) AS "t10"
    ANTI JOIN "several" AS "t5"
      ON "t10"."operation_id" = "t5"."operation_id"
  ) AS "t13"
) AS "t15"
UNION ALL
SELECT
  *
FROM (
  SELECT
    "t22"."canonical_id" AS "operation_id",
    "t22"."measure",
    "t22"."currency",
    "t22"."amount",
    "t22"."label_in_source",
    "t22"."is_rounded",
    "t22"."is_derived",
    "t22"."source_id",
    "t22"."file_name",
    "t22"."row_no"
  FROM (
    SELECT
      "t21".*
      EXCLUDE ("nth")
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t19"."operation_id",
          "t19"."measure",
          "t19"."amount",
          "t19"."currency",
          "t19"."label_in_source",
          "t19"."is_rounded",
          "t19"."is_derived",
          "t19"."source_id",
          "t19"."file_name",
          "t19"."row_no",
          "t19"."canonical_id",
          "t19"."precedence",
          ROW_NUMBER() OVER (
            PARTITION BY "t19"."canonical_id", "t19"."measure", "t19"."currency"
            ORDER BY "t19"."precedence" ASC, "t19"."operation_id" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) - 1 AS "nth"
        FROM (
          SELECT
            "t10"."operation_id",
            "t10"."measure",
            "t10"."amount",
            "t10"."currency",
            "t10"."label_in_source",
            "t10"."is_rounded",
            "t10"."is_derived",
            "t10"."source_id",
            "t10"."file_name",
            "t10"."row_no",
            "t18"."canonical_id",
            "t18"."precedence"
          FROM (
            SELECT
              *
            FROM "operation_funding" AS "t0"
            WHERE
              "t0"."amount" IS NOT NULL
          ) AS "t10"
          SEMI JOIN "several" AS "t5"
            ON "t10"."operation_id" = "t5"."operation_id"
          INNER JOIN (
            SELECT
              "t16"."operation_id",
              "t16"."canonical_id",
              "t16"."precedence"
            FROM (
              SELECT
                "t14".*
                EXCLUDE ("counted_as")
              FROM (
                SELECT
                  "t12"."operation_id",
                  "t12"."source_id",
                  "t12"."file_name",
                  "t12"."precedence",
                  "t12"."counted_as",
                  COALESCE("t12"."counted_as", "t12"."operation_id") AS "canonical_id"
                FROM (
                  SELECT
                    "t11".*
                    EXCLUDE ("operation_id_right")
                  FROM (
                    SELECT
                      "t6"."operation_id",
                      "t6"."source_id",
                      "t6"."file_name",
                      "t7"."precedence",
                      "t8"."operation_id" AS "operation_id_right",
                      "t8"."counted_as"
                    FROM "operation" AS "t6"
                    SEMI JOIN "several" AS "t5"
                      ON "t6"."operation_id" = "t5"."operation_id"
                    INNER JOIN "source_file" AS "t7"
                      ON "t6"."source_id" = "t7"."source_id" AND "t6"."file_name" = "t7"."file_name"
                    LEFT OUTER JOIN "moved" AS "t8"
                      ON "t6"."operation_id" = "t8"."operation_id"
                  ) AS "t11"
                ) AS "t12"
              ) AS "t14"
            ) AS "t16"
          ) AS "t18"
            ON "t10"."operation_id" = "t18"."operation_id"
        ) AS "t19"
      ) AS "t20"
      WHERE
        "t20"."nth" = 0
    ) AS "t21"
  ) AS "t22"
) AS "t23"
) WHERE /* these */ true;

-- mart: mart_location
CREATE TABLE mart_location (operation_id VARCHAR, lan_code VARCHAR, kommun_code VARCHAR, location_type VARCHAR, share DECIMAL(12, 10), share_from DECIMAL(12, 10), share_to DECIMAL(12, 10), share_basis VARCHAR, lat DOUBLE, lon DOUBLE);
INSERT INTO mart_location BY NAME SELECT * FROM (
SELECT
  *
FROM (
  SELECT
    "t5"."operation_id",
    "t5"."lan_code",
    "t5"."kommun_code",
    "t5"."location_type",
    "t5"."share",
    "t5"."share_from",
    "t5"."share_to",
    "t5"."share_basis",
    "t5"."lat",
    "t5"."lon"
  FROM "operation_location" AS "t5"
  ANTI JOIN "several" AS "t6"
    ON "t5"."operation_id" = "t6"."operation_id"
) AS "t10"
UNION ALL
SELECT
  *
FROM (
  SELECT
    "t28"."canonical_id" AS "operation_id",
    "t28"."lan_code",
    "t28"."kommun_code",
    "t28"."location_type",
    "t28"."share",
    "t28"."share_from",
    "t28"."share_to",
    "t28"."share_basis",
    "t28"."lat",
    "t28"."lon"
  FROM (
    SELECT
      "t27".*
      EXCLUDE ("operation_id")
    FROM (
      SELECT
        "t5"."operation_id",
        "t5"."lan_code",
        "t5"."kommun_code",
        "t5"."location_type",
        "t5"."share",
        "t5"."share_from",
        "t5"."share_to",
        "t5"."share_basis",
        "t5"."lat",
        "t5"."lon",
        "t26"."canonical_id"
      FROM "operation_location" AS "t5"
      SEMI JOIN "several" AS "t6"
        ON "t5"."operation_id" = "t6"."operation_id"
      INNER JOIN (
        SELECT
          "t24"."operation_id",
          "t24"."canonical_id"
        FROM (
          SELECT
            "t23".*
            EXCLUDE ("nth")
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t21"."operation_id",
                "t21"."kind",
                "t21"."canonical_id",
                "t21"."precedence",
                ROW_NUMBER() OVER (
                  PARTITION BY "t21"."canonical_id"
                  ORDER BY "t21"."kind" ASC, "t21"."precedence" ASC, "t21"."operation_id" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) - 1 AS "nth"
              FROM (
                SELECT
                  "t18"."operation_id",
                  "t18"."kind",
                  "t20"."canonical_id",
                  "t20"."precedence"
                FROM (
                  SELECT
                    "t14"."operation_id",
                    MIN("t14"."kind") AS "kind"
                  FROM (
                    SELECT
                      "t11"."operation_id",
                      "t11"."lan_code",
                      "t11"."kommun_code",
                      "t11"."location_type",
                      "t11"."share",
                      "t11"."share_from",
                      "t11"."share_to",
                      "t11"."share_basis",
                      "t11"."lat",
                      "t11"."lon",
                      CASE "t11"."location_type"
                        WHEN 'operation'
                        THEN 1
                        WHEN 'beneficiary'
                        THEN 2
                        WHEN 'national'
                        THEN 3
                        ELSE 4
                      END AS "kind"
                    FROM (
                      SELECT
                        "t5"."operation_id",
                        "t5"."lan_code",
                        "t5"."kommun_code",
                        "t5"."location_type",
                        "t5"."share",
                        "t5"."share_from",
                        "t5"."share_to",
                        "t5"."share_basis",
                        "t5"."lat",
                        "t5"."lon"
                      FROM "operation_location" AS "t5"
                      SEMI JOIN "several" AS "t6"
                        ON "t5"."operation_id" = "t6"."operation_id"
                    ) AS "t11"
                  ) AS "t14"
                  GROUP BY
                    1
                ) AS "t18"
                INNER JOIN (
                  SELECT
                    "t16"."operation_id",
                    "t16"."canonical_id",
                    "t16"."precedence"
                  FROM (
                    SELECT
                      "t15".*
                      EXCLUDE ("counted_as")
                    FROM (
                      SELECT
                        "t13"."operation_id",
                        "t13"."source_id",
                        "t13"."file_name",
                        "t13"."precedence",
                        "t13"."counted_as",
                        COALESCE("t13"."counted_as", "t13"."operation_id") AS "canonical_id"
                      FROM (
                        SELECT
                          "t12".*
                          EXCLUDE ("operation_id_right")
                        FROM (
                          SELECT
                            "t7"."operation_id",
                            "t7"."source_id",
                            "t7"."file_name",
                            "t8"."precedence",
                            "t9"."operation_id" AS "operation_id_right",
                            "t9"."counted_as"
                          FROM "operation" AS "t7"
                          SEMI JOIN "several" AS "t6"
                            ON "t7"."operation_id" = "t6"."operation_id"
                          INNER JOIN "source_file" AS "t8"
                            ON "t7"."source_id" = "t8"."source_id" AND "t7"."file_name" = "t8"."file_name"
                          LEFT OUTER JOIN "moved" AS "t9"
                            ON "t7"."operation_id" = "t9"."operation_id"
                        ) AS "t12"
                      ) AS "t13"
                    ) AS "t15"
                  ) AS "t16"
                ) AS "t20"
                  ON "t18"."operation_id" = "t20"."operation_id"
              ) AS "t21"
            ) AS "t22"
            WHERE
              "t22"."nth" = 0
          ) AS "t23"
        ) AS "t24"
      ) AS "t26"
        ON "t5"."operation_id" = "t26"."operation_id"
    ) AS "t27"
  ) AS "t28"
) AS "t29"
) WHERE /* these */ true;

-- mart: mart_target_group
CREATE TABLE mart_target_group (operation_id VARCHAR, target_group_code VARCHAR);
INSERT INTO mart_target_group BY NAME SELECT * FROM (
SELECT DISTINCT
  COALESCE("t4"."counted_as", "t4"."operation_id") AS "operation_id",
  "t4"."target_group_code"
FROM (
  SELECT
    "t2"."operation_id",
    "t2"."target_group_code",
    "t3"."operation_id" AS "operation_id_right",
    "t3"."counted_as"
  FROM "operation_target_group" AS "t2"
  LEFT OUTER JOIN "moved" AS "t3"
    ON "t2"."operation_id" = "t3"."operation_id"
) AS "t4"
) WHERE /* these */ true;

-- mart: mart_participants
CREATE TABLE mart_participants (operation_id VARCHAR, indicator_code VARCHAR, kind VARCHAR, sex VARCHAR, value_type VARCHAR, value BIGINT, flag VARCHAR);
INSERT INTO mart_participants BY NAME SELECT * FROM (
SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t5"."operation_id",
      "t5"."indicator_code",
      "t5"."kind",
      "t5"."sex",
      "t5"."value_type",
      "t5"."value",
      "t5"."flag"
    FROM "operation_indicator" AS "t5"
    ANTI JOIN "several" AS "t6"
      ON "t5"."operation_id" = "t6"."operation_id"
  ) AS "t10"
) AS "t13"
UNION ALL
SELECT
  *
FROM (
  SELECT
    "t21"."canonical_id" AS "operation_id",
    "t21"."indicator_code",
    "t21"."kind",
    "t21"."sex",
    "t21"."value_type",
    "t21"."value",
    "t21"."flag"
  FROM (
    SELECT
      "t20".*
      EXCLUDE ("nth")
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t18"."operation_id",
          "t18"."indicator_code",
          "t18"."kind",
          "t18"."sex",
          "t18"."value_type",
          "t18"."value",
          "t18"."flag",
          "t18"."canonical_id",
          "t18"."precedence",
          ROW_NUMBER() OVER (
            PARTITION BY "t18"."canonical_id", "t18"."indicator_code", "t18"."sex", "t18"."value_type"
            ORDER BY "t18"."precedence" ASC, "t18"."operation_id" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) - 1 AS "nth"
        FROM (
          SELECT
            "t5"."operation_id",
            "t5"."indicator_code",
            "t5"."kind",
            "t5"."sex",
            "t5"."value_type",
            "t5"."value",
            "t5"."flag",
            "t17"."canonical_id",
            "t17"."precedence"
          FROM "operation_indicator" AS "t5"
          SEMI JOIN "several" AS "t6"
            ON "t5"."operation_id" = "t6"."operation_id"
          INNER JOIN (
            SELECT
              "t15"."operation_id",
              "t15"."canonical_id",
              "t15"."precedence"
            FROM (
              SELECT
                "t14".*
                EXCLUDE ("counted_as")
              FROM (
                SELECT
                  "t12"."operation_id",
                  "t12"."source_id",
                  "t12"."file_name",
                  "t12"."precedence",
                  "t12"."counted_as",
                  COALESCE("t12"."counted_as", "t12"."operation_id") AS "canonical_id"
                FROM (
                  SELECT
                    "t11".*
                    EXCLUDE ("operation_id_right")
                  FROM (
                    SELECT
                      "t7"."operation_id",
                      "t7"."source_id",
                      "t7"."file_name",
                      "t8"."precedence",
                      "t9"."operation_id" AS "operation_id_right",
                      "t9"."counted_as"
                    FROM "operation" AS "t7"
                    SEMI JOIN "several" AS "t6"
                      ON "t7"."operation_id" = "t6"."operation_id"
                    INNER JOIN "source_file" AS "t8"
                      ON "t7"."source_id" = "t8"."source_id" AND "t7"."file_name" = "t8"."file_name"
                    LEFT OUTER JOIN "moved" AS "t9"
                      ON "t7"."operation_id" = "t9"."operation_id"
                  ) AS "t11"
                ) AS "t12"
              ) AS "t14"
            ) AS "t15"
          ) AS "t17"
            ON "t5"."operation_id" = "t17"."operation_id"
        ) AS "t18"
      ) AS "t19"
      WHERE
        "t19"."nth" = 0
    ) AS "t20"
  ) AS "t21"
) AS "t22"
) WHERE /* these */ true;

-- mart: mart_money
CREATE TABLE mart_money (operation_id VARCHAR, measure VARCHAR, currency VARCHAR, lan_code VARCHAR, kommun_code VARCHAR, location_type VARCHAR, amount DECIMAL(18, 2), amount_split DECIMAL(18, 2));
INSERT INTO mart_money BY NAME SELECT * FROM (
SELECT
  "t2"."operation_id",
  "t2"."measure",
  "t2"."currency",
  "t3"."lan_code",
  "t3"."kommun_code",
  "t3"."location_type",
  "t2"."amount",
  CAST((
    CAST(CAST("t2"."amount" AS DECIMAL(22, 2)) * "t3"."share_to" AS DECIMAL(26, 2)) - CAST(CAST("t2"."amount" AS DECIMAL(22, 2)) * "t3"."share_from" AS DECIMAL(26, 2))
  ) AS DECIMAL(18, 2)) AS "amount_split"
FROM "mart_funding" AS "t2"
INNER JOIN "mart_location" AS "t3"
  ON "t2"."operation_id" = "t3"."operation_id"
) WHERE /* these */ true;

-- mart: elsewhere
CREATE TEMP TABLE elsewhere (operation_id VARCHAR);
INSERT INTO elsewhere BY NAME SELECT * FROM (
SELECT DISTINCT
  "t0"."operation_id"
FROM "operation_location" AS "t0"
WHERE
  "t0"."location_type" <> 'beneficiary'
) WHERE /* these */ true;

-- mart: owner_seat
CREATE TEMP TABLE owner_seat (operation_id VARCHAR, seat VARCHAR, seat_lan VARCHAR);
INSERT INTO owner_seat BY NAME SELECT * FROM (
SELECT
  "t55"."operation_id",
  "t63"."seat",
  "t63"."seat_lan"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t10"."operation_id"
    FROM "elsewhere" AS "t10"
    ANTI JOIN "several" AS "t13"
      ON "t10"."operation_id" = "t13"."operation_id"
  ) AS "t29"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t12"."operation_id"
    FROM "several" AS "t12"
    ANTI JOIN "moved" AS "t15"
      ON "t12"."operation_id" = "t15"."operation_id"
    ANTI JOIN (
      SELECT
        "t45"."canonical_id" AS "operation_id"
      FROM (
        SELECT
          "t42"."operation_id",
          "t42"."canonical_id",
          "t42"."precedence",
          ROW_NUMBER() OVER (
            PARTITION BY "t42"."canonical_id"
            ORDER BY "t42"."precedence" ASC, "t42"."operation_id" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) - 1 AS "nth"
        FROM (
          SELECT
            "t34"."operation_id",
            "t40"."canonical_id",
            "t40"."precedence"
          FROM (
            SELECT DISTINCT
              "t31"."operation_id"
            FROM (
              SELECT
                "t21"."operation_id",
                "t21"."lan_code",
                "t21"."kommun_code",
                "t21"."location_type",
                "t21"."share",
                "t21"."share_from",
                "t21"."share_to",
                "t21"."share_basis",
                "t21"."lat",
                "t21"."lon"
              FROM "operation_location" AS "t21"
              ANTI JOIN "elsewhere" AS "t11"
                ON "t21"."operation_id" = "t11"."operation_id"
              SEMI JOIN "several" AS "t14"
                ON "t21"."operation_id" = "t14"."operation_id"
            ) AS "t31"
          ) AS "t34"
          INNER JOIN (
            SELECT
              "t38"."operation_id",
              "t38"."canonical_id",
              "t38"."precedence"
            FROM (
              SELECT
                "t36".*
                EXCLUDE ("counted_as")
              FROM (
                SELECT
                  "t32"."operation_id",
                  "t32"."source_id",
                  "t32"."file_name",
                  "t32"."precedence",
                  "t32"."counted_as",
                  COALESCE("t32"."counted_as", "t32"."operation_id") AS "canonical_id"
                FROM (
                  SELECT
                    "t30".*
                    EXCLUDE ("operation_id_right")
                  FROM (
                    SELECT
                      "t18"."operation_id",
                      "t18"."source_id",
                      "t18"."file_name",
                      "t20"."precedence",
                      "t16"."operation_id" AS "operation_id_right",
                      "t16"."counted_as"
                    FROM "operation" AS "t18"
                    SEMI JOIN "several" AS "t13"
                      ON "t18"."operation_id" = "t13"."operation_id"
                    INNER JOIN "source_file" AS "t20"
                      ON "t18"."source_id" = "t20"."source_id" AND "t18"."file_name" = "t20"."file_name"
                    LEFT OUTER JOIN "moved" AS "t16"
                      ON "t18"."operation_id" = "t16"."operation_id"
                  ) AS "t30"
                ) AS "t32"
              ) AS "t36"
            ) AS "t38"
          ) AS "t40"
            ON "t34"."operation_id" = "t40"."operation_id"
        ) AS "t42"
      ) AS "t45"
      WHERE
        "t45"."nth" = 0
    ) AS "t49"
      ON "t12"."operation_id" = "t49"."operation_id"
  ) AS "t53"
) AS "t55"
ANTI JOIN (
  SELECT DISTINCT
    "t0"."operation_id"
  FROM "mart_location" AS "t0"
  WHERE
    "t0"."location_type" = 'national'
) AS "t26"
  ON "t55"."operation_id" = "t26"."operation_id"
LEFT OUTER JOIN (
  SELECT
    "t61"."seat",
    "t61"."seat_lan",
    "t61"."canonical_id" AS "at"
  FROM (
    SELECT
      "t60".*
      EXCLUDE ("nth")
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t58"."operation_id",
          "t58"."rank",
          "t58"."seat",
          "t58"."seat_lan",
          "t58"."canonical_id",
          "t58"."source_id",
          "t58"."file_name",
          "t58"."precedence",
          ROW_NUMBER() OVER (
            PARTITION BY "t58"."canonical_id"
            ORDER BY "t58"."rank" ASC, "t58"."precedence" ASC, "t58"."operation_id" ASC, "t58"."seat" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) - 1 AS "nth"
        FROM (
          SELECT
            "t52"."operation_id",
            "t52"."rank",
            "t52"."seat",
            "t52"."seat_lan",
            "t52"."canonical_id",
            "t17"."source_id",
            "t17"."file_name",
            "t19"."precedence"
          FROM (
            SELECT
              "t50".*
              EXCLUDE ("counted_as")
            FROM (
              SELECT
                "t47"."operation_id",
                "t47"."rank",
                "t47"."seat",
                "t47"."seat_lan",
                "t47"."counted_as",
                COALESCE("t47"."counted_as", "t47"."operation_id") AS "canonical_id"
              FROM (
                SELECT
                  "t46".*
                  EXCLUDE ("operation_id_right")
                FROM (
                  SELECT
                    "t44"."operation_id",
                    "t44"."rank",
                    "t44"."seat",
                    "t44"."seat_lan",
                    "t15"."operation_id" AS "operation_id_right",
                    "t15"."counted_as"
                  FROM (
                    SELECT
                      "t41"."operation_id",
                      CASE WHEN "t41"."role" = 'beneficiary' THEN 1 ELSE 2 END AS "rank",
                      "t41"."seat",
                      "t41"."seat_lan"
                    FROM (
                      SELECT
                        "t27"."operation_id",
                        "t27"."org_id",
                        "t27"."role",
                        "t37"."kommun_code",
                        "t37"."seat",
                        "t37"."seat_lan"
                      FROM (
                        SELECT
                          *
                        FROM "operation_party" AS "t7"
                        WHERE
                          "t7"."role" IN ('beneficiary', 'lead')
                      ) AS "t27"
                      INNER JOIN (
                        SELECT
                          "t22"."org_id",
                          "t22"."kommun_code",
                          "t28"."seat",
                          "t28"."seat_lan"
                        FROM "organisation" AS "t22"
                        INNER JOIN (
                          SELECT
                            "t9"."code" AS "seat",
                            "t9"."lan_code" AS "seat_lan"
                          FROM "region" AS "t9"
                          WHERE
                            "t9"."level" = 'kommun'
                        ) AS "t28"
                          ON "t22"."kommun_code" = "t28"."seat"
                      ) AS "t37"
                        ON "t27"."org_id" = "t37"."org_id"
                    ) AS "t41"
                  ) AS "t44"
                  LEFT OUTER JOIN "moved" AS "t15"
                    ON "t44"."operation_id" = "t15"."operation_id"
                ) AS "t46"
              ) AS "t47"
            ) AS "t50"
          ) AS "t52"
          SEMI JOIN (
            SELECT
              "t55"."operation_id"
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  "t10"."operation_id"
                FROM "elsewhere" AS "t10"
                ANTI JOIN "several" AS "t13"
                  ON "t10"."operation_id" = "t13"."operation_id"
              ) AS "t29"
              UNION ALL
              SELECT
                *
              FROM (
                SELECT
                  "t12"."operation_id"
                FROM "several" AS "t12"
                ANTI JOIN "moved" AS "t15"
                  ON "t12"."operation_id" = "t15"."operation_id"
                ANTI JOIN (
                  SELECT
                    "t45"."canonical_id" AS "operation_id"
                  FROM (
                    SELECT
                      "t42"."operation_id",
                      "t42"."canonical_id",
                      "t42"."precedence",
                      ROW_NUMBER() OVER (
                        PARTITION BY "t42"."canonical_id"
                        ORDER BY "t42"."precedence" ASC, "t42"."operation_id" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                      ) - 1 AS "nth"
                    FROM (
                      SELECT
                        "t34"."operation_id",
                        "t40"."canonical_id",
                        "t40"."precedence"
                      FROM (
                        SELECT DISTINCT
                          "t31"."operation_id"
                        FROM (
                          SELECT
                            "t21"."operation_id",
                            "t21"."lan_code",
                            "t21"."kommun_code",
                            "t21"."location_type",
                            "t21"."share",
                            "t21"."share_from",
                            "t21"."share_to",
                            "t21"."share_basis",
                            "t21"."lat",
                            "t21"."lon"
                          FROM "operation_location" AS "t21"
                          ANTI JOIN "elsewhere" AS "t11"
                            ON "t21"."operation_id" = "t11"."operation_id"
                          SEMI JOIN "several" AS "t14"
                            ON "t21"."operation_id" = "t14"."operation_id"
                        ) AS "t31"
                      ) AS "t34"
                      INNER JOIN (
                        SELECT
                          "t38"."operation_id",
                          "t38"."canonical_id",
                          "t38"."precedence"
                        FROM (
                          SELECT
                            "t36".*
                            EXCLUDE ("counted_as")
                          FROM (
                            SELECT
                              "t32"."operation_id",
                              "t32"."source_id",
                              "t32"."file_name",
                              "t32"."precedence",
                              "t32"."counted_as",
                              COALESCE("t32"."counted_as", "t32"."operation_id") AS "canonical_id"
                            FROM (
                              SELECT
                                "t30".*
                                EXCLUDE ("operation_id_right")
                              FROM (
                                SELECT
                                  "t18"."operation_id",
                                  "t18"."source_id",
                                  "t18"."file_name",
                                  "t20"."precedence",
                                  "t16"."operation_id" AS "operation_id_right",
                                  "t16"."counted_as"
                                FROM "operation" AS "t18"
                                SEMI JOIN "several" AS "t13"
                                  ON "t18"."operation_id" = "t13"."operation_id"
                                INNER JOIN "source_file" AS "t20"
                                  ON "t18"."source_id" = "t20"."source_id" AND "t18"."file_name" = "t20"."file_name"
                                LEFT OUTER JOIN "moved" AS "t16"
                                  ON "t18"."operation_id" = "t16"."operation_id"
                              ) AS "t30"
                            ) AS "t32"
                          ) AS "t36"
                        ) AS "t38"
                      ) AS "t40"
                        ON "t34"."operation_id" = "t40"."operation_id"
                    ) AS "t42"
                  ) AS "t45"
                  WHERE
                    "t45"."nth" = 0
                ) AS "t49"
                  ON "t12"."operation_id" = "t49"."operation_id"
              ) AS "t53"
            ) AS "t55"
            ANTI JOIN (
              SELECT DISTINCT
                "t0"."operation_id"
              FROM "mart_location" AS "t0"
              WHERE
                "t0"."location_type" = 'national'
            ) AS "t26"
              ON "t55"."operation_id" = "t26"."operation_id"
          ) AS "t57"
            ON "t52"."canonical_id" = "t57"."operation_id"
          INNER JOIN "operation" AS "t17"
            ON "t52"."operation_id" = "t17"."operation_id"
          INNER JOIN "source_file" AS "t19"
            ON "t17"."source_id" = "t19"."source_id" AND "t17"."file_name" = "t19"."file_name"
        ) AS "t58"
      ) AS "t59"
      WHERE
        "t59"."nth" = 0
    ) AS "t60"
  ) AS "t61"
) AS "t63"
  ON "t55"."operation_id" = "t63"."at"
) WHERE /* these */ true;

-- mart: mart_place
CREATE TABLE mart_place (plats VARCHAR, spread BOOLEAN, operation_id VARCHAR, code VARCHAR, lan_code VARCHAR, kommun_code VARCHAR, location_type VARCHAR, share_from DECIMAL(12, 10), share_to DECIMAL(12, 10), share DECIMAL(12, 10));
INSERT INTO mart_place BY NAME SELECT * FROM (
WITH "t19" AS (
  SELECT
    "t3"."code"
  FROM "region" AS "t3"
  WHERE
    "t3"."level" = 'lan'
), "t53" AS (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        'agare' AS "plats",
        "t32"."operation_id",
        "t32"."lan_code",
        "t32"."kommun_code",
        "t32"."location_type",
        "t32"."share_from",
        "t32"."share_to"
      FROM (
        SELECT
          "t9"."operation_id",
          "t9"."lan_code",
          "t9"."kommun_code",
          "t9"."location_type",
          "t9"."share",
          "t9"."share_from",
          "t9"."share_to",
          "t9"."share_basis",
          "t9"."lat",
          "t9"."lon"
        FROM "mart_location" AS "t9"
        SEMI JOIN (
          SELECT DISTINCT
            "t1"."operation_id"
          FROM "mart_location" AS "t1"
          WHERE
            "t1"."location_type" = 'national'
        ) AS "t22"
          ON "t9"."operation_id" = "t22"."operation_id"
      ) AS "t32"
    ) AS "t36"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        'agare' AS "plats",
        "t50"."operation_id",
        "t50"."lan_code",
        "t50"."kommun_code",
        "t50"."location_type",
        "t50"."share_from",
        "t50"."share_to"
      FROM (
        SELECT
          "t49"."operation_id",
          "t49"."lan_code",
          "t49"."kommun_code",
          "t49"."location_type",
          "t49"."share",
          "t49"."share_from",
          "t49"."share_to",
          "t49"."share_basis",
          "t49"."lat",
          "t49"."lon"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t10"."operation_id",
              "t10"."lan_code",
              "t10"."kommun_code",
              "t10"."location_type",
              "t10"."share",
              "t10"."share_from",
              "t10"."share_to",
              "t10"."share_basis",
              "t10"."lat",
              "t10"."lon"
            FROM "operation_location" AS "t10"
            ANTI JOIN "elsewhere" AS "t11"
              ON "t10"."operation_id" = "t11"."operation_id"
            ANTI JOIN "several" AS "t12"
              ON "t10"."operation_id" = "t12"."operation_id"
          ) AS "t25"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              "t46"."canonical_id" AS "operation_id",
              "t46"."lan_code",
              "t46"."kommun_code",
              "t46"."location_type",
              "t46"."share",
              "t46"."share_from",
              "t46"."share_to",
              "t46"."share_basis",
              "t46"."lat",
              "t46"."lon"
            FROM (
              SELECT
                "t45".*
                EXCLUDE ("operation_id")
              FROM (
                SELECT
                  "t10"."operation_id",
                  "t10"."lan_code",
                  "t10"."kommun_code",
                  "t10"."location_type",
                  "t10"."share",
                  "t10"."share_from",
                  "t10"."share_to",
                  "t10"."share_basis",
                  "t10"."lat",
                  "t10"."lon",
                  "t44"."canonical_id"
                FROM "operation_location" AS "t10"
                INNER JOIN (
                  SELECT
                    "t42"."operation_id",
                    "t42"."canonical_id"
                  FROM (
                    SELECT
                      "t41"."operation_id",
                      "t41"."canonical_id",
                      "t41"."precedence",
                      ROW_NUMBER() OVER (
                        PARTITION BY "t41"."canonical_id"
                        ORDER BY "t41"."precedence" ASC, "t41"."operation_id" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                      ) - 1 AS "nth"
                    FROM (
                      SELECT
                        "t33"."operation_id",
                        "t40"."canonical_id",
                        "t40"."precedence"
                      FROM (
                        SELECT DISTINCT
                          "t26"."operation_id"
                        FROM (
                          SELECT
                            "t10"."operation_id",
                            "t10"."lan_code",
                            "t10"."kommun_code",
                            "t10"."location_type",
                            "t10"."share",
                            "t10"."share_from",
                            "t10"."share_to",
                            "t10"."share_basis",
                            "t10"."lat",
                            "t10"."lon"
                          FROM "operation_location" AS "t10"
                          ANTI JOIN "elsewhere" AS "t11"
                            ON "t10"."operation_id" = "t11"."operation_id"
                          SEMI JOIN "several" AS "t12"
                            ON "t10"."operation_id" = "t12"."operation_id"
                        ) AS "t26"
                      ) AS "t33"
                      INNER JOIN (
                        SELECT
                          "t38"."operation_id",
                          "t38"."canonical_id",
                          "t38"."precedence"
                        FROM (
                          SELECT
                            "t35".*
                            EXCLUDE ("counted_as")
                          FROM (
                            SELECT
                              "t30"."operation_id",
                              "t30"."source_id",
                              "t30"."file_name",
                              "t30"."precedence",
                              "t30"."counted_as",
                              COALESCE("t30"."counted_as", "t30"."operation_id") AS "canonical_id"
                            FROM (
                              SELECT
                                "t27".*
                                EXCLUDE ("operation_id_right")
                              FROM (
                                SELECT
                                  "t14"."operation_id",
                                  "t14"."source_id",
                                  "t14"."file_name",
                                  "t15"."precedence",
                                  "t16"."operation_id" AS "operation_id_right",
                                  "t16"."counted_as"
                                FROM "operation" AS "t14"
                                SEMI JOIN "several" AS "t13"
                                  ON "t14"."operation_id" = "t13"."operation_id"
                                INNER JOIN "source_file" AS "t15"
                                  ON "t14"."source_id" = "t15"."source_id" AND "t14"."file_name" = "t15"."file_name"
                                LEFT OUTER JOIN "moved" AS "t16"
                                  ON "t14"."operation_id" = "t16"."operation_id"
                              ) AS "t27"
                            ) AS "t30"
                          ) AS "t35"
                        ) AS "t38"
                      ) AS "t40"
                        ON "t33"."operation_id" = "t40"."operation_id"
                    ) AS "t41"
                  ) AS "t42"
                  WHERE
                    "t42"."nth" = 0
                ) AS "t44"
                  ON "t10"."operation_id" = "t44"."operation_id"
              ) AS "t45"
            ) AS "t46"
          ) AS "t47"
        ) AS "t49"
        ANTI JOIN (
          SELECT DISTINCT
            "t1"."operation_id"
          FROM "mart_location" AS "t1"
          WHERE
            "t1"."location_type" = 'national'
        ) AS "t22"
          ON "t49"."operation_id" = "t22"."operation_id"
      ) AS "t50"
    ) AS "t51"
  ) AS "t52"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        'agare' AS "plats",
        "t0"."operation_id",
        "t0"."seat_lan" AS "lan_code",
        "t0"."seat" AS "kommun_code",
        CASE WHEN "t0"."seat" IS NULL THEN 'unknown' ELSE 'beneficiary' END AS "location_type",
        CAST(0 AS DECIMAL(12, 10)) AS "share_from",
        CAST(1 AS DECIMAL(12, 10)) AS "share_to"
      FROM "owner_seat" AS "t0"
    ) AS "t20"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          'verksamhet' AS "plats",
          "t1"."operation_id",
          "t1"."lan_code",
          "t1"."kommun_code",
          "t1"."location_type",
          "t1"."share_from",
          "t1"."share_to"
        FROM "mart_location" AS "t1"
      ) AS "t17"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          'bara' AS "plats",
          "t1"."operation_id",
          CASE
            WHEN "t1"."location_type" = 'beneficiary'
            THEN CAST(NULL AS TEXT)
            ELSE "t1"."lan_code"
          END AS "lan_code",
          CASE
            WHEN "t1"."location_type" = 'beneficiary'
            THEN CAST(NULL AS TEXT)
            ELSE "t1"."kommun_code"
          END AS "kommun_code",
          CASE
            WHEN "t1"."location_type" = 'beneficiary'
            THEN 'unknown'
            ELSE "t1"."location_type"
          END AS "location_type",
          "t1"."share_from",
          "t1"."share_to"
        FROM "mart_location" AS "t1"
      ) AS "t21"
    ) AS "t24"
  ) AS "t28"
)
SELECT
  "t65"."plats",
  "t65"."spread",
  "t65"."operation_id",
  "t65"."code",
  "t65"."lan_code",
  "t65"."kommun_code",
  "t65"."location_type",
  "t65"."share_from",
  "t65"."share_to",
  "t65"."share"
FROM (
  SELECT
    "t64"."plats",
    "t64"."operation_id",
    "t64"."lan_code",
    "t64"."kommun_code",
    "t64"."location_type",
    "t64"."share_from",
    "t64"."share_to",
    "t64"."spread",
    COALESCE(
      "t64"."lan_code",
      CASE WHEN "t64"."location_type" = 'national' THEN 'SE' ELSE 'okant' END
    ) AS "code",
    (
      CAST("t64"."share_to" - "t64"."share_from" AS DECIMAL(12, 10))
    ) AS "share"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t54"."plats",
        "t54"."operation_id",
        "t54"."lan_code",
        "t54"."kommun_code",
        "t54"."location_type",
        "t54"."share_from",
        "t54"."share_to",
        FALSE AS "spread"
      FROM "t53" AS "t54"
    ) AS "t55"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t62"."plats",
        "t62"."operation_id",
        "t62"."lan_code",
        "t62"."kommun_code",
        "t62"."location_type",
        "t62"."share_from",
        "t62"."share_to",
        TRUE AS "spread"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            *
          FROM "t53" AS "t54"
          WHERE
            "t54"."location_type" <> 'national'
        ) AS "t56"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t60"."plats",
            "t60"."operation_id",
            "t60"."lan_code",
            "t60"."kommun_code",
            "t60"."location_type",
            "t60"."share_from",
            "t60"."share_to"
          FROM (
            SELECT
              "t59"."plats",
              "t59"."operation_id",
              "t59"."code" AS "lan_code",
              CAST(NULL AS TEXT) AS "kommun_code",
              "t59"."location_type",
              (
                CAST(CAST(FLOOR(
                  (
                    (
                      (
                        (
                          (
                            CAST("t59"."share_from" * 10000000000 AS BIGINT)
                          ) * "t59"."of"
                        ) + (
                          (
                            (
                              CAST("t59"."share_to" * 10000000000 AS BIGINT)
                            ) - (
                              CAST("t59"."share_from" * 10000000000 AS BIGINT)
                            )
                          ) * "t59"."number"
                        )
                      ) * 2
                    ) + "t59"."of"
                  ) / (
                    "t59"."of" * 2
                  )
                ) AS BIGINT) * CAST(0.0000000001 AS DECIMAL(11, 10)) AS DECIMAL(12, 10))
              ) AS "share_from",
              (
                CAST(CAST(FLOOR(
                  (
                    (
                      (
                        (
                          (
                            CAST("t59"."share_from" * 10000000000 AS BIGINT)
                          ) * "t59"."of"
                        ) + (
                          (
                            (
                              CAST("t59"."share_to" * 10000000000 AS BIGINT)
                            ) - (
                              CAST("t59"."share_from" * 10000000000 AS BIGINT)
                            )
                          ) * (
                            "t59"."number" + 1
                          )
                        )
                      ) * 2
                    ) + "t59"."of"
                  ) / (
                    "t59"."of" * 2
                  )
                ) AS BIGINT) * CAST(0.0000000001 AS DECIMAL(11, 10)) AS DECIMAL(12, 10))
              ) AS "share_to",
              "t59"."code",
              "t59"."number",
              "t59"."of"
            FROM (
              SELECT
                "t58"."plats",
                "t58"."operation_id",
                "t58"."lan_code",
                "t58"."kommun_code",
                "t58"."location_type",
                "t58"."share_from",
                "t58"."share_to",
                "t37"."code",
                "t37"."number",
                "t37"."of"
              FROM (
                SELECT
                  *
                FROM "t53" AS "t54"
                WHERE
                  "t54"."location_type" = 'national'
              ) AS "t58"
              CROSS JOIN (
                SELECT
                  "t23"."code",
                  ROW_NUMBER() OVER (
                    ORDER BY "t23"."code" ASC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                  ) - 1 AS "number",
                  (
                    SELECT
                      COUNT(*) AS "CountStar()"
                    FROM "t19" AS "t23"
                  ) AS "of"
                FROM "t19" AS "t23"
              ) AS "t37"
            ) AS "t59"
          ) AS "t60"
        ) AS "t61"
      ) AS "t62"
    ) AS "t63"
  ) AS "t64"
) AS "t65"
) WHERE /* these */ true;

-- mart: keyed
CREATE TEMP TABLE keyed (operation_id VARCHAR, title_sv VARCHAR, start_date date, portfolio VARCHAR, sources VARCHAR, programming_period VARCHAR, fund_code VARCHAR, owner_type VARCHAR, status VARCHAR, is_funded BOOLEAN, is_national BOOLEAN);
INSERT INTO keyed BY NAME SELECT * FROM (
SELECT
  "t8"."operation_id",
  "t8"."title_sv",
  "t8"."start_date",
  "t8"."portfolio",
  ARRAY_TO_STRING("t8"."source_ids", '|') AS "sources",
  "t8"."programming_period",
  "t8"."fund_code",
  "t8"."owner_type",
  "t8"."status",
  "t8"."funded" IS NOT NULL AS "is_funded",
  "t8"."national" IS NOT NULL AS "is_national"
FROM (
  SELECT
    "t3"."operation_id",
    "t3"."portfolio",
    "t3"."source_ids",
    "t3"."programming_period",
    "t3"."fund_code",
    "t3"."owner_type",
    "t3"."status",
    "t3"."title_sv",
    "t3"."start_date",
    "t5"."funded",
    "t7"."national"
  FROM "mart_operation" AS "t3"
  LEFT OUTER JOIN (
    SELECT DISTINCT
      "t1"."operation_id" AS "funded"
    FROM "mart_funding" AS "t1"
  ) AS "t5"
    ON "t3"."operation_id" = "t5"."funded"
  LEFT OUTER JOIN (
    SELECT DISTINCT
      "t2"."operation_id" AS "national"
    FROM "mart_location" AS "t2"
    WHERE
      "t2"."location_type" = 'national'
  ) AS "t7"
    ON "t3"."operation_id" = "t7"."national"
) AS "t8"
) WHERE /* these */ true;

-- mart: mart_cell
CREATE TABLE mart_cell (cell INTEGER, portfolio VARCHAR, sources VARCHAR, programming_period VARCHAR, fund_code VARCHAR, owner_type VARCHAR, status VARCHAR, is_funded BOOLEAN, is_national BOOLEAN);
INSERT INTO mart_cell BY NAME SELECT * FROM (
SELECT
  "t2"."cell",
  "t2"."portfolio",
  "t2"."sources",
  "t2"."programming_period",
  "t2"."fund_code",
  "t2"."owner_type",
  "t2"."status",
  "t2"."is_funded",
  "t2"."is_national"
FROM (
  SELECT
    "t1"."portfolio",
    "t1"."sources",
    "t1"."programming_period",
    "t1"."fund_code",
    "t1"."owner_type",
    "t1"."status",
    "t1"."is_funded",
    "t1"."is_national",
    CAST(ROW_NUMBER() OVER (
      ORDER BY "t1"."portfolio" ASC, "t1"."sources" ASC, "t1"."programming_period" ASC, "t1"."fund_code" ASC, "t1"."owner_type" ASC, "t1"."status" ASC, "t1"."is_funded" ASC, "t1"."is_national" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS INT) AS "cell"
  FROM (
    SELECT DISTINCT
      "t0"."portfolio",
      "t0"."sources",
      "t0"."programming_period",
      "t0"."fund_code",
      "t0"."owner_type",
      "t0"."status",
      "t0"."is_funded",
      "t0"."is_national"
    FROM "keyed" AS "t0"
  ) AS "t1"
) AS "t2"
) WHERE /* these */ true ORDER BY cell;

-- mart: mart_order
CREATE TABLE mart_order (place INTEGER, operation_id VARCHAR, cell INTEGER);
INSERT INTO mart_order BY NAME SELECT * FROM (
SELECT
  "t4"."place",
  "t4"."operation_id",
  "t4"."cell"
FROM (
  SELECT
    "t2"."operation_id",
    "t3"."cell",
    CAST((
      ROW_NUMBER() OVER (
        ORDER BY CASE "t2"."status" WHEN 'running' THEN 0 WHEN 'planned' THEN 1 ELSE 2 END ASC, CASE WHEN "t2"."programming_period" = 'other' THEN 1 ELSE 0 END ASC, "t2"."programming_period" DESC, "t2"."start_date" DESC, "t2"."title_sv" ASC, "t2"."operation_id" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1
    ) + 1 AS INT) AS "place"
  FROM "keyed" AS "t2"
  INNER JOIN "mart_cell" AS "t3"
    ON "t2"."portfolio" = "t3"."portfolio"
    AND "t2"."sources" = "t3"."sources"
    AND "t2"."programming_period" = "t3"."programming_period"
    AND "t2"."fund_code" = "t3"."fund_code"
    AND "t2"."owner_type" = "t3"."owner_type"
    AND "t2"."status" = "t3"."status"
    AND "t2"."is_funded" = "t3"."is_funded"
    AND "t2"."is_national" = "t3"."is_national"
) AS "t4"
) WHERE /* these */ true ORDER BY place;

-- mart: parted
CREATE TEMP TABLE parted (place INTEGER, cell INTEGER, kommun_code VARCHAR, plats VARCHAR, spread BOOLEAN, code VARCHAR, location_type VARCHAR, share_from DECIMAL(12, 10), share_to DECIMAL(12, 10), share DECIMAL(12, 10));
INSERT INTO parted BY NAME SELECT * FROM (
SELECT
  "t3"."place",
  "t3"."cell",
  "t2"."kommun_code",
  "t2"."plats",
  "t2"."spread",
  "t2"."code",
  "t2"."location_type",
  "t2"."share_from",
  "t2"."share_to",
  "t2"."share"
FROM "mart_place" AS "t2"
INNER JOIN "mart_order" AS "t3"
  ON "t2"."operation_id" = "t3"."operation_id"
) WHERE /* these */ true;

-- mart: by_place
CREATE TEMP TABLE by_place (facet VARCHAR, value VARCHAR, place INTEGER, cell INTEGER);
INSERT INTO by_place BY NAME SELECT * FROM (
SELECT DISTINCT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      'lan' AS "facet",
      "t0"."code" AS "value",
      "t0"."place",
      "t0"."cell"
    FROM "parted" AS "t0"
    WHERE
      "t0"."plats" = 'verksamhet'
      AND NOT (
        "t0"."spread"
      )
      AND "t0"."code" IS NOT NULL
  ) AS "t1"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      'kommun' AS "facet",
      "t0"."kommun_code" AS "value",
      "t0"."place",
      "t0"."cell"
    FROM "parted" AS "t0"
    WHERE
      "t0"."plats" = 'verksamhet'
      AND NOT (
        "t0"."spread"
      )
      AND "t0"."kommun_code" IS NOT NULL
  ) AS "t2"
) AS "t3"
) WHERE /* these */ true;

-- mart: by_word
CREATE TEMP TABLE by_word (facet VARCHAR, value VARCHAR, place INTEGER, cell INTEGER);
INSERT INTO by_word BY NAME SELECT * FROM (
SELECT DISTINCT
  *
FROM (
  SELECT
    "t10"."facet",
    "t10"."value",
    "t4"."place",
    "t4"."cell"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t1"."operation_id",
        'metod' AS "facet",
        "t1"."method_code" AS "value"
      FROM "mart_method" AS "t1"
    ) AS "t5"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t2"."operation_id",
          'malgrupp' AS "facet",
          "t2"."target_group_code" AS "value"
        FROM "mart_target_group" AS "t2"
      ) AS "t6"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."operation_id",
          'tema' AS "facet",
          "t3"."code" AS "value"
        FROM "mart_theme" AS "t3"
      ) AS "t7"
    ) AS "t8"
  ) AS "t10"
  INNER JOIN "mart_order" AS "t4"
    ON "t10"."operation_id" = "t4"."operation_id"
) AS "t11"
) WHERE /* these */ true;

-- mart: mart_listed
CREATE TABLE mart_listed (facet VARCHAR, value VARCHAR, place INTEGER, cell INTEGER);
INSERT INTO mart_listed BY NAME SELECT * FROM (
SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      '' AS "facet",
      '' AS "value",
      "t0"."place",
      "t0"."cell"
    FROM "mart_order" AS "t0"
  ) AS "t3"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      *
    FROM "by_place" AS "t1"
  ) AS "t5"
) AS "t8"
UNION ALL
SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM "by_word" AS "t2"
  ) AS "t6"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      'utan' AS "facet",
      'malgrupp' AS "value",
      "t11"."place",
      "t11"."cell"
    FROM (
      SELECT
        "t7"."place",
        "t7"."cell"
      FROM (
        SELECT
          "t0"."place",
          "t0"."cell"
        FROM "mart_order" AS "t0"
      ) AS "t7"
      ANTI JOIN (
        SELECT
          "t2"."place"
        FROM "by_word" AS "t2"
        WHERE
          "t2"."facet" = 'malgrupp'
      ) AS "t10"
        ON "t7"."place" = "t10"."place"
    ) AS "t11"
  ) AS "t12"
) AS "t13"
) WHERE /* these */ true ORDER BY facet, value, place;

-- mart: placed
CREATE TEMP TABLE placed (place INTEGER, plats VARCHAR, spread BOOLEAN, code VARCHAR, share DECIMAL(12, 10), is_alone BOOLEAN);
INSERT INTO placed BY NAME SELECT * FROM (
SELECT
  "t1"."place",
  "t1"."plats",
  "t1"."spread",
  "t1"."code",
  CAST("t1"."share" AS DECIMAL(12, 10)) AS "share",
  "t1"."is_alone"
FROM (
  SELECT
    "t0"."place",
    "t0"."plats",
    "t0"."spread",
    "t0"."code",
    SUM("t0"."share") AS "share",
    BOOL_OR(CAST((
      "t0"."share_from" = 0
    ) AND (
      "t0"."share_to" = 1
    ) AS BOOLEAN)) AS "is_alone"
  FROM "parted" AS "t0"
  GROUP BY
    1,
    2,
    3,
    4
) AS "t1"
) WHERE /* these */ true;

-- mart: told
CREATE TEMP TABLE told (place INTEGER, basis VARCHAR, measure VARCHAR, currency VARCHAR, amount DECIMAL(22, 2), nominal DECIMAL(22, 2), is_rounded BOOLEAN);
INSERT INTO told BY NAME SELECT * FROM (
SELECT
  "t3"."place",
  "t2"."basis",
  "t2"."measure",
  "t2"."currency",
  "t2"."amount",
  "t5"."nominal",
  "t2"."is_rounded"
FROM "mart_amount" AS "t2"
INNER JOIN (
  SELECT
    "t0"."operation_id",
    "t0"."measure",
    "t0"."currency",
    "t0"."amount" AS "nominal"
  FROM "mart_amount" AS "t0"
  WHERE
    "t0"."basis" = 'nominal'
) AS "t5"
  ON "t2"."operation_id" = "t5"."operation_id"
  AND "t2"."measure" = "t5"."measure"
  AND "t2"."currency" = "t5"."currency"
INNER JOIN "mart_order" AS "t3"
  ON "t2"."operation_id" = "t3"."operation_id"
) WHERE /* these */ true;

-- mart: mart_cube
CREATE TABLE mart_cube (cell INTEGER, facet VARCHAR, value VARCHAR, n BIGINT, planned BIGINT, actual BIGINT, with_planned BIGINT, with_actual BIGINT, hidden BIGINT);
INSERT INTO mart_cube BY NAME SELECT * FROM (
SELECT
  "t6"."cell",
  "t6"."facet",
  "t6"."value",
  "t6"."n",
  "t14"."planned",
  "t14"."actual",
  COALESCE("t14"."with_planned", 0) AS "with_planned",
  COALESCE("t14"."with_actual", 0) AS "with_actual",
  COALESCE("t14"."hidden", 0) AS "hidden"
FROM (
  SELECT
    "t0"."cell",
    "t0"."facet",
    "t0"."value",
    COUNT(*) AS "n"
  FROM "mart_listed" AS "t0"
  GROUP BY
    1,
    2,
    3
) AS "t6"
LEFT OUTER JOIN (
  SELECT
    "t12"."cell",
    "t12"."facet",
    "t12"."value",
    SUM("t12"."planned") AS "planned",
    COUNT("t12"."planned") AS "with_planned",
    SUM("t12"."actual") AS "actual",
    COUNT("t12"."actual") AS "with_actual",
    SUM("t12"."is_hidden") AS "hidden"
  FROM (
    SELECT
      "t3"."facet",
      "t3"."value",
      "t3"."place",
      "t3"."cell",
      "t11"."planned",
      "t11"."actual",
      "t11"."is_hidden"
    FROM "mart_listed" AS "t3"
    INNER JOIN (
      SELECT
        "t8"."place",
        CASE
          WHEN "t9"."value_type" = 'planned'
          THEN "t9"."value"
          ELSE CAST(NULL AS BIGINT)
        END AS "planned",
        CASE
          WHEN "t9"."value_type" = 'planned'
          THEN CAST(NULL AS BIGINT)
          ELSE "t9"."value"
        END AS "actual",
        CASE
          WHEN NOT (
            "t9"."value_type" = 'planned'
          ) AND (
            "t9"."value" IS NULL
          )
          THEN 1
          ELSE 0
        END AS "is_hidden"
      FROM (
        SELECT
          *
        FROM "mart_participants" AS "t1"
        WHERE
          "t1"."sex" = 'T'
      ) AS "t9"
      INNER JOIN (
        SELECT
          "t2"."place",
          "t2"."operation_id"
        FROM "mart_order" AS "t2"
      ) AS "t8"
        ON "t9"."operation_id" = "t8"."operation_id"
    ) AS "t11"
      ON "t3"."place" = "t11"."place"
  ) AS "t12"
  GROUP BY
    1,
    2,
    3
) AS "t14"
  ON "t6"."cell" = "t14"."cell"
  AND "t6"."facet" = "t14"."facet"
  AND "t6"."value" = "t14"."value"
) WHERE /* these */ true ORDER BY facet, value, cell;

-- mart: mart_cube_pair
CREATE TABLE mart_cube_pair (cell INTEGER, lan VARCHAR, facet VARCHAR, value VARCHAR, n BIGINT, planned BIGINT, with_planned BIGINT);
INSERT INTO mart_cube_pair BY NAME SELECT * FROM (
WITH "t5" AS (
  SELECT
    "t0"."place",
    "t0"."facet",
    "t0"."value"
  FROM "mart_listed" AS "t0"
  WHERE
    "t0"."facet" IN ('kommun', 'malgrupp', 'tema', 'metod', 'utan')
)
SELECT
  "t17"."cell",
  "t17"."lan",
  "t17"."facet",
  "t17"."value",
  "t17"."n",
  "t21"."planned",
  COALESCE("t21"."with_planned", 0) AS "with_planned"
FROM (
  SELECT
    "t14"."cell",
    "t14"."lan",
    "t14"."facet",
    "t14"."value",
    COUNT(*) AS "n"
  FROM (
    SELECT
      "t8"."place",
      "t8"."cell",
      "t8"."lan",
      "t11"."facet",
      "t11"."value"
    FROM (
      SELECT
        "t0"."place",
        "t0"."cell",
        "t0"."value" AS "lan"
      FROM "mart_listed" AS "t0"
      WHERE
        "t0"."facet" = 'lan'
    ) AS "t8"
    INNER JOIN "t5" AS "t11"
      ON "t8"."place" = "t11"."place"
  ) AS "t14"
  GROUP BY
    1,
    2,
    3,
    4
) AS "t17"
LEFT OUTER JOIN (
  SELECT
    "t19"."cell",
    "t19"."lan",
    "t19"."facet",
    "t19"."value",
    SUM("t19"."persons") AS "planned",
    COUNT("t19"."persons") AS "with_planned"
  FROM (
    SELECT
      "t8"."place",
      "t8"."cell",
      "t8"."lan",
      "t18"."persons",
      "t12"."facet",
      "t12"."value"
    FROM (
      SELECT
        "t0"."place",
        "t0"."cell",
        "t0"."value" AS "lan"
      FROM "mart_listed" AS "t0"
      WHERE
        "t0"."facet" = 'lan'
    ) AS "t8"
    INNER JOIN (
      SELECT
        "t13"."place",
        SUM("t13"."value") AS "persons"
      FROM (
        SELECT
          "t10"."operation_id",
          "t10"."indicator_code",
          "t10"."kind",
          "t10"."sex",
          "t10"."value_type",
          "t10"."value",
          "t10"."flag",
          "t7"."place"
        FROM (
          SELECT
            *
          FROM "mart_participants" AS "t1"
          WHERE
            "t1"."sex" = 'T' AND "t1"."value_type" = 'planned'
        ) AS "t10"
        INNER JOIN (
          SELECT
            "t2"."place",
            "t2"."operation_id"
          FROM "mart_order" AS "t2"
        ) AS "t7"
          ON "t10"."operation_id" = "t7"."operation_id"
      ) AS "t13"
      GROUP BY
        1
    ) AS "t18"
      ON "t8"."place" = "t18"."place"
    INNER JOIN "t5" AS "t12"
      ON "t8"."place" = "t12"."place"
  ) AS "t19"
  GROUP BY
    1,
    2,
    3,
    4
) AS "t21"
  ON "t17"."cell" = "t21"."cell"
  AND "t17"."lan" = "t21"."lan"
  AND "t17"."facet" = "t21"."facet"
  AND "t17"."value" = "t21"."value"
) WHERE /* these */ true ORDER BY lan, facet, value, cell;

-- mart: mart_cube_place
CREATE TABLE mart_cube_place (cell INTEGER, facet VARCHAR, value VARCHAR, plats VARCHAR, spread BOOLEAN, code VARCHAR, n BIGINT, share DECIMAL(28, 10), planned DECIMAL(30, 10));
INSERT INTO mart_cube_place BY NAME SELECT * FROM (
WITH "t18" AS (
  SELECT
    "t17"."place",
    "t17"."plats",
    "t17"."spread",
    "t17"."code",
    "t17"."share",
    "t17"."is_alone",
    "t17"."persons",
    (
      CAST("t17"."persons" * "t17"."share" AS DECIMAL(28, 10))
    ) AS "planned"
  FROM (
    SELECT
      "t16".*
      EXCLUDE ("place_right")
    FROM (
      SELECT
        "t4"."place",
        "t4"."plats",
        "t4"."spread",
        "t4"."code",
        "t4"."share",
        "t4"."is_alone",
        "t15"."place" AS "place_right",
        "t15"."persons"
      FROM "placed" AS "t4"
      LEFT OUTER JOIN (
        SELECT
          "t13"."place",
          SUM("t13"."value") AS "persons"
        FROM (
          SELECT
            "t12"."operation_id",
            "t12"."indicator_code",
            "t12"."kind",
            "t12"."sex",
            "t12"."value_type",
            "t12"."value",
            "t12"."flag",
            "t8"."place"
          FROM (
            SELECT
              *
            FROM "mart_participants" AS "t3"
            WHERE
              "t3"."sex" = 'T' AND "t3"."value_type" = 'planned'
          ) AS "t12"
          INNER JOIN (
            SELECT
              "t0"."place",
              "t0"."operation_id"
            FROM "mart_order" AS "t0"
          ) AS "t8"
            ON "t12"."operation_id" = "t8"."operation_id"
        ) AS "t13"
        GROUP BY
          1
      ) AS "t15"
        ON "t4"."place" = "t15"."place"
    ) AS "t16"
  ) AS "t17"
)
SELECT
  "t27"."cell",
  "t27"."facet",
  "t27"."value",
  "t27"."plats",
  "t27"."spread",
  "t27"."code",
  "t27"."n",
  CAST("t27"."share" AS DECIMAL(28, 10)) AS "share",
  CAST("t27"."planned" AS DECIMAL(30, 10)) AS "planned"
FROM (
  SELECT
    "t26"."cell",
    "t26"."facet",
    "t26"."value",
    "t26"."plats",
    "t26"."spread",
    "t26"."code",
    COUNT(*) AS "n",
    SUM("t26"."share") AS "share",
    SUM("t26"."planned") AS "planned"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t20"."place",
        "t20"."plats",
        "t20"."spread",
        "t20"."code",
        "t20"."share",
        "t20"."is_alone",
        "t20"."persons",
        "t20"."planned",
        "t7"."cell",
        "t7"."facet",
        "t7"."value"
      FROM "t18" AS "t20"
      INNER JOIN (
        SELECT
          "t0"."place",
          "t0"."cell",
          '' AS "facet",
          '' AS "value"
        FROM "mart_order" AS "t0"
      ) AS "t7"
        ON "t20"."place" = "t7"."place"
    ) AS "t23"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t24"."place",
        "t24"."plats",
        "t24"."spread",
        "t24"."code",
        "t24"."share",
        "t24"."is_alone",
        "t24"."persons",
        "t24"."planned",
        "t24"."cell",
        "t24"."facet",
        "t24"."value"
      FROM (
        SELECT
          "t22"."place",
          "t22"."plats",
          "t22"."spread",
          "t22"."code",
          "t22"."share",
          "t22"."is_alone",
          "t22"."persons",
          "t22"."planned",
          "t11"."facet",
          "t11"."value",
          "t11"."cell"
        FROM (
          SELECT
            *
          FROM "t18" AS "t19"
          WHERE
            "t19"."plats" = 'verksamhet' AND NOT (
              "t19"."spread"
            )
        ) AS "t22"
        INNER JOIN (
          SELECT
            *
          FROM "mart_listed" AS "t1"
          WHERE
            "t1"."facet" <> ''
        ) AS "t11"
          ON "t22"."place" = "t11"."place"
      ) AS "t24"
    ) AS "t25"
  ) AS "t26"
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6
) AS "t27"
) WHERE /* these */ true ORDER BY facet, value, plats, spread, cell, code;

-- mart: mart_cube_type
CREATE TABLE mart_cube_type (cell INTEGER, facet VARCHAR, value VARCHAR, plats VARCHAR, spread BOOLEAN, location_type VARCHAR, n BIGINT);
INSERT INTO mart_cube_type BY NAME SELECT * FROM (
SELECT
  "t14"."cell",
  "t14"."facet",
  "t14"."value",
  "t14"."plats",
  "t14"."spread",
  "t14"."location_type",
  COUNT(*) AS "n"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t6"."place",
      "t6"."plats",
      "t6"."spread",
      "t6"."location_type",
      "t7"."cell",
      "t7"."facet",
      "t7"."value"
    FROM (
      SELECT DISTINCT
        "t0"."place",
        "t0"."plats",
        "t0"."spread",
        "t0"."location_type"
      FROM "parted" AS "t0"
    ) AS "t6"
    INNER JOIN (
      SELECT
        "t1"."place",
        "t1"."cell",
        '' AS "facet",
        '' AS "value"
      FROM "mart_order" AS "t1"
    ) AS "t7"
      ON "t6"."place" = "t7"."place"
  ) AS "t11"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t12"."place",
      "t12"."plats",
      "t12"."spread",
      "t12"."location_type",
      "t12"."cell",
      "t12"."facet",
      "t12"."value"
    FROM (
      SELECT
        "t9"."place",
        "t9"."plats",
        "t9"."spread",
        "t9"."location_type",
        "t10"."facet",
        "t10"."value",
        "t10"."cell"
      FROM (
        SELECT DISTINCT
          "t0"."place",
          "t0"."plats",
          "t0"."spread",
          "t0"."location_type"
        FROM "parted" AS "t0"
        WHERE
          "t0"."plats" = 'verksamhet' AND NOT (
            "t0"."spread"
          )
      ) AS "t9"
      INNER JOIN (
        SELECT
          *
        FROM "mart_listed" AS "t2"
        WHERE
          "t2"."facet" <> ''
      ) AS "t10"
        ON "t9"."place" = "t10"."place"
    ) AS "t12"
  ) AS "t13"
) AS "t14"
GROUP BY
  1,
  2,
  3,
  4,
  5,
  6
) WHERE /* these */ true ORDER BY facet, value, plats, spread, cell;

-- mart: mart_cube_amount
CREATE TABLE mart_cube_amount (cell INTEGER, facet VARCHAR, value VARCHAR, basis VARCHAR, measure VARCHAR, currency VARCHAR, n BIGINT, amount DECIMAL(30, 2), nominal DECIMAL(30, 2), rounded BIGINT);
INSERT INTO mart_cube_amount BY NAME SELECT * FROM (
SELECT
  "t5"."cell",
  "t5"."facet",
  "t5"."value",
  "t5"."basis",
  "t5"."measure",
  "t5"."currency",
  "t5"."n",
  CAST("t5"."amount" AS DECIMAL(30, 2)) AS "amount",
  CAST("t5"."nominal" AS DECIMAL(30, 2)) AS "nominal",
  "t5"."rounded"
FROM (
  SELECT
    "t4"."cell",
    "t4"."facet",
    "t4"."value",
    "t4"."basis",
    "t4"."measure",
    "t4"."currency",
    COUNT(*) AS "n",
    SUM("t4"."amount") AS "amount",
    SUM("t4"."nominal") AS "nominal",
    SUM(CAST("t4"."is_rounded" AS BIGINT)) AS "rounded"
  FROM (
    SELECT
      "t2"."place",
      "t2"."basis",
      "t2"."measure",
      "t2"."currency",
      "t2"."amount",
      "t2"."nominal",
      "t2"."is_rounded",
      "t3"."facet",
      "t3"."value",
      "t3"."cell"
    FROM "told" AS "t2"
    INNER JOIN "mart_listed" AS "t3"
      ON "t2"."place" = "t3"."place"
  ) AS "t4"
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6
) AS "t5"
) WHERE /* these */ true ORDER BY facet, value, basis, measure, cell;

-- mart: cube_split
CREATE TEMP TABLE cube_split (cell INTEGER, facet VARCHAR, value VARCHAR, plats VARCHAR, spread BOOLEAN, code VARCHAR, basis VARCHAR, measure VARCHAR, currency VARCHAR, split DECIMAL(30, 2));
INSERT INTO cube_split BY NAME SELECT * FROM (
SELECT
  "t20"."cell",
  "t20"."facet",
  "t20"."value",
  "t20"."plats",
  "t20"."spread",
  "t20"."code",
  "t20"."basis",
  "t20"."measure",
  "t20"."currency",
  CAST("t20"."split" AS DECIMAL(30, 2)) AS "split"
FROM (
  SELECT
    "t19"."cell",
    "t19"."facet",
    "t19"."value",
    "t19"."plats",
    "t19"."spread",
    "t19"."code",
    "t19"."basis",
    "t19"."measure",
    "t19"."currency",
    SUM("t19"."part") AS "split"
  FROM (
    SELECT
      "t18"."place",
      "t18"."plats",
      "t18"."spread",
      "t18"."code",
      "t18"."share_from",
      "t18"."share_to",
      "t18"."cell",
      "t18"."facet",
      "t18"."value",
      "t18"."basis",
      "t18"."measure",
      "t18"."currency",
      "t18"."amount",
      "t18"."nominal",
      "t18"."is_rounded",
      (
        CAST(CAST("t18"."amount" AS DECIMAL(22, 2)) * "t18"."share_to" AS DECIMAL(26, 2)) - CAST(CAST("t18"."amount" AS DECIMAL(22, 2)) * "t18"."share_from" AS DECIMAL(26, 2))
      ) AS "part"
    FROM (
      SELECT
        "t17"."place",
        "t17"."plats",
        "t17"."spread",
        "t17"."code",
        "t17"."share_from",
        "t17"."share_to",
        "t17"."cell",
        "t17"."facet",
        "t17"."value",
        "t4"."basis",
        "t4"."measure",
        "t4"."currency",
        "t4"."amount",
        "t4"."nominal",
        "t4"."is_rounded"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t11"."place",
            "t11"."plats",
            "t11"."spread",
            "t11"."code",
            "t11"."share_from",
            "t11"."share_to",
            "t6"."cell",
            "t6"."facet",
            "t6"."value"
          FROM (
            SELECT
              "t1"."place",
              "t1"."plats",
              "t1"."spread",
              "t1"."code",
              "t1"."share_from",
              "t1"."share_to"
            FROM "parted" AS "t1"
            WHERE
              NOT (
                (
                  "t1"."share_from" = 0
                ) AND (
                  "t1"."share_to" = 1
                )
              )
          ) AS "t11"
          INNER JOIN (
            SELECT
              "t2"."place",
              "t2"."cell",
              '' AS "facet",
              '' AS "value"
            FROM "mart_order" AS "t2"
          ) AS "t6"
            ON "t11"."place" = "t6"."place"
        ) AS "t13"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t14"."place",
            "t14"."plats",
            "t14"."spread",
            "t14"."code",
            "t14"."share_from",
            "t14"."share_to",
            "t14"."cell",
            "t14"."facet",
            "t14"."value"
          FROM (
            SELECT
              "t12"."place",
              "t12"."plats",
              "t12"."spread",
              "t12"."code",
              "t12"."share_from",
              "t12"."share_to",
              "t8"."facet",
              "t8"."value",
              "t8"."cell"
            FROM (
              SELECT
                "t1"."place",
                "t1"."plats",
                "t1"."spread",
                "t1"."code",
                "t1"."share_from",
                "t1"."share_to"
              FROM "parted" AS "t1"
              WHERE
                NOT (
                  (
                    "t1"."share_from" = 0
                  ) AND (
                    "t1"."share_to" = 1
                  )
                )
                AND "t1"."plats" = 'verksamhet'
                AND NOT (
                  "t1"."spread"
                )
            ) AS "t12"
            INNER JOIN (
              SELECT
                *
              FROM "mart_listed" AS "t3"
              WHERE
                "t3"."facet" <> ''
            ) AS "t8"
              ON "t12"."place" = "t8"."place"
          ) AS "t14"
        ) AS "t15"
      ) AS "t17"
      INNER JOIN "told" AS "t4"
        ON "t17"."place" = "t4"."place"
    ) AS "t18"
  ) AS "t19"
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9
) AS "t20"
) WHERE /* these */ true;

-- mart: mart_cube_money
CREATE TABLE mart_cube_money (cell INTEGER, facet VARCHAR, value VARCHAR, plats VARCHAR, spread BOOLEAN, code VARCHAR, basis VARCHAR, measure VARCHAR, currency VARCHAR, split DECIMAL(30, 2), n BIGINT, touched DECIMAL(30, 2));
INSERT INTO mart_cube_money BY NAME SELECT * FROM (
SELECT
  "t23"."cell",
  "t23"."facet",
  "t23"."value",
  "t23"."plats",
  "t23"."spread",
  "t23"."code",
  "t23"."basis",
  "t23"."measure",
  "t23"."currency",
  COALESCE(CAST("t23"."alone" AS DECIMAL(30, 2)), CAST(0 AS DECIMAL(30, 2))) + COALESCE("t23"."split", CAST(0 AS DECIMAL(30, 2))) AS "split",
  "t23"."n",
  CAST("t23"."touched" AS DECIMAL(30, 2)) AS "touched"
FROM (
  SELECT
    "t22"."cell",
    "t22"."facet",
    "t22"."value",
    "t22"."plats",
    "t22"."spread",
    "t22"."code",
    "t22"."basis",
    "t22"."measure",
    "t22"."currency",
    "t22"."touched",
    "t22"."n",
    "t22"."alone",
    "t5"."cell" AS "cell_right",
    "t5"."facet" AS "facet_right",
    "t5"."value" AS "value_right",
    "t5"."plats" AS "plats_right",
    "t5"."spread" AS "spread_right",
    "t5"."code" AS "code_right",
    "t5"."basis" AS "basis_right",
    "t5"."measure" AS "measure_right",
    "t5"."currency" AS "currency_right",
    "t5"."split"
  FROM (
    SELECT
      "t20"."cell",
      "t20"."facet",
      "t20"."value",
      "t20"."plats",
      "t20"."spread",
      "t20"."code",
      "t20"."basis",
      "t20"."measure",
      "t20"."currency",
      SUM("t20"."amount") AS "touched",
      COUNT(*) AS "n",
      SUM("t20"."amount") FILTER(WHERE
        "t20"."is_alone") AS "alone"
    FROM (
      SELECT
        "t19"."place",
        "t19"."plats",
        "t19"."spread",
        "t19"."code",
        "t19"."is_alone",
        "t19"."cell",
        "t19"."facet",
        "t19"."value",
        "t6"."basis",
        "t6"."measure",
        "t6"."currency",
        "t6"."amount",
        "t6"."nominal",
        "t6"."is_rounded"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t8"."place",
            "t8"."plats",
            "t8"."spread",
            "t8"."code",
            "t8"."is_alone",
            "t10"."cell",
            "t10"."facet",
            "t10"."value"
          FROM (
            SELECT
              "t2".*
              EXCLUDE ("share")
            FROM "placed" AS "t2"
          ) AS "t8"
          INNER JOIN (
            SELECT
              "t3"."place",
              "t3"."cell",
              '' AS "facet",
              '' AS "value"
            FROM "mart_order" AS "t3"
          ) AS "t10"
            ON "t8"."place" = "t10"."place"
        ) AS "t15"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t16"."place",
            "t16"."plats",
            "t16"."spread",
            "t16"."code",
            "t16"."is_alone",
            "t16"."cell",
            "t16"."facet",
            "t16"."value"
          FROM (
            SELECT
              "t14"."place",
              "t14"."plats",
              "t14"."spread",
              "t14"."code",
              "t14"."is_alone",
              "t13"."facet",
              "t13"."value",
              "t13"."cell"
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  "t2".*
                  EXCLUDE ("share")
                FROM "placed" AS "t2"
              ) AS "t7"
              WHERE
                "t7"."plats" = 'verksamhet' AND NOT (
                  "t7"."spread"
                )
            ) AS "t14"
            INNER JOIN (
              SELECT
                *
              FROM "mart_listed" AS "t4"
              WHERE
                "t4"."facet" <> ''
            ) AS "t13"
              ON "t14"."place" = "t13"."place"
          ) AS "t16"
        ) AS "t17"
      ) AS "t19"
      INNER JOIN "told" AS "t6"
        ON "t19"."place" = "t6"."place"
    ) AS "t20"
    GROUP BY
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9
  ) AS "t22"
  LEFT OUTER JOIN "cube_split" AS "t5"
    ON "t22"."cell" = "t5"."cell"
    AND "t22"."facet" = "t5"."facet"
    AND "t22"."value" = "t5"."value"
    AND "t22"."plats" = "t5"."plats"
    AND "t22"."spread" = "t5"."spread"
    AND "t22"."code" = "t5"."code"
    AND "t22"."basis" = "t5"."basis"
    AND "t22"."measure" = "t5"."measure"
    AND "t22"."currency" = "t5"."currency"
) AS "t23"
) WHERE /* these */ true ORDER BY facet, value, plats, spread, basis, measure, currency, cell, code;
