-- Run once by the PostgreSQL image on an empty volume: each owner has a database of its own (docs/architecture.md).
CREATE DATABASE access;
CREATE DATABASE messages;
CREATE DATABASE content;
CREATE DATABASE files;
