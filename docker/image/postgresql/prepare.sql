-- At every start, before the migrations: what is there stays.
SELECT 'CREATE ROLE sconce LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sconce') \gexec
SELECT 'CREATE DATABASE sconce OWNER sconce' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'sconce') \gexec
\connect sconce
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vector;
-- An image may bring a newer pgvector than the one the volume was made with.
ALTER EXTENSION vector UPDATE;
