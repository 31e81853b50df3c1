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
