-- The beekeeper's records.
CREATE SCHEMA apiary;

CREATE TYPE temper AS ENUM ('calm', 'nervous');

/* One row a hive. */
CREATE TABLE apiary.hives (
    id      bigint PRIMARY KEY,
    place   text NOT NULL,
    queen   integer REFERENCES queens (id)
);

CREATE INDEX hives_by_place ON apiary.hives (place);

CREATE VIEW strong_hives AS
SELECT hive, sum(frames) AS frames
FROM inspections
GROUP BY hive
HAVING sum(frames) > 12;

CREATE MATERIALIZED VIEW yearly_honey AS
SELECT year, sum(kilos) FROM harvests GROUP BY year;

-- How much honey a hive gave.
CREATE OR REPLACE FUNCTION honey_of(hive bigint) RETURNS numeric AS $$
    SELECT sum(kilos) FROM harvests WHERE harvests.hive = honey_of.hive;
$$ LANGUAGE sql;

CREATE TRIGGER stamp BEFORE UPDATE ON hives
FOR EACH ROW EXECUTE FUNCTION touch();

CREATE SEQUENCE hive_numbers START 100;

ALTER TABLE apiary.hives ADD COLUMN painted boolean;

INSERT INTO hives (id, place) VALUES (1, 'meadow');

SELECT place FROM hives WHERE queen IS NULL;

-- Who helps with the bees.
CREATE TABLE IF NOT EXISTS helpers (
    id serial PRIMARY KEY,
    name varchar(40) NOT NULL DEFAULT 'nobody',
    since timestamptz CHECK (since > '1990-01-01'),
    CONSTRAINT helper_once UNIQUE (name, since)
);

CREATE TEMPORARY TABLE swarms AS
WITH strong AS (
    SELECT hive, frames FROM strong_hives
)
SELECT s.hive, row_number() OVER (PARTITION BY s.hive ORDER BY frames DESC) AS place
FROM strong AS s
LEFT JOIN helpers ON helpers.id = s.hive
WHERE s.frames BETWEEN 3 AND 12 AND s.hive IN (SELECT id FROM apiary.hives);

CREATE UNIQUE INDEX helpers_by_name ON helpers USING btree (lower(name));

CREATE OR REPLACE VIEW apiary.recent (hive, kilos) AS
SELECT hive, CASE WHEN kilos > 10 THEN 'much' ELSE 'little' END
FROM harvests
UNION ALL
SELECT 0, NULL;

CREATE FUNCTION touch() RETURNS trigger
LANGUAGE plpgsql
AS $body$
BEGIN
    NEW.changed := now();
    RETURN NEW;
END;
$body$;

CREATE DOMAIN kilos AS numeric CHECK (VALUE >= 0);
CREATE ROLE visitor LOGIN;
CREATE EXTENSION IF NOT EXISTS pgcrypto;

ALTER TABLE helpers
    ADD CONSTRAINT helper_hive FOREIGN KEY (id) REFERENCES apiary.hives (id);

UPDATE helpers SET name = upper(name) WHERE id = 3 RETURNING *;
DELETE FROM swarms USING helpers WHERE swarms.hive = helpers.id;
DROP TABLE IF EXISTS swarms CASCADE;
GRANT SELECT ON helpers TO visitor;
