-- Who gives chunks their vectors: index jobs, `sconce worker`, and servers that are told to. Each is
-- alive as long as it says so, by the time of the database alone: no two clocks are ever compared.
CREATE TABLE workers (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name              text        NOT NULL,
    -- index, worker or serve
    role              text        NOT NULL,
    -- the index whose job it is: there is one such job at a time
    job_of            bigint      REFERENCES indexes (id) ON DELETE CASCADE,
    device            text        NOT NULL DEFAULT '',
    model             text        NOT NULL DEFAULT '',
    -- what it works on
    index_id          bigint,
    chunks            bigint      NOT NULL DEFAULT 0,
    chunks_per_second real        NOT NULL DEFAULT 0,
    joined_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at        timestamptz NOT NULL
);

-- The files that a worker is giving their vectors. They are its own as long as it lives: a worker that
-- has expired is removed by the next one that looks for work, and its leases with it.
CREATE TABLE leases (
    file_id   bigint  PRIMARY KEY,
    index_id  bigint  NOT NULL REFERENCES indexes (id) ON DELETE CASCADE,
    worker_id bigint  NOT NULL REFERENCES workers (id) ON DELETE CASCADE,
    chunks    integer NOT NULL
);
CREATE INDEX leases_worker ON leases (worker_id);

-- The files of a model that the vectors of this database were made with, by a hash: a worker of other
-- files would make vectors that cannot be compared with those that are there.
CREATE TABLE models (
    model       text PRIMARY KEY,
    fingerprint text NOT NULL
);
