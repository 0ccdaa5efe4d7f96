-- What the server keeps of its own doing, so that a restart neither repeats nor loses anything. A tenant is named as the configuration
-- names it, before anything of it is kept as well.

-- Up to when a tenant's schedule has been seen to, and by which timetable.
CREATE TABLE schedule (
    tenant TEXT PRIMARY KEY,
    handled INTEGER NOT NULL,
    timetable TEXT NOT NULL
) STRICT;

-- What is wanted of a tenant and by whom, from when it is asked for until it is done; and when it was begun last. Why somebody wants it may name
-- a person, so that the task is sealed with the installation's key.
CREATE TABLE wish (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    task BLOB NOT NULL,
    who TEXT NOT NULL REFERENCES actor (id),
    at INTEGER NOT NULL,
    begun INTEGER
) STRICT;
CREATE INDEX wish_tenant ON wish (tenant);

-- What was told last about a tenant, so that nothing is told twice.
CREATE TABLE told (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    mark TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant, subject)
) STRICT;

-- Notices on their way. One that could not be delivered for too long is not due any more, and stays for a while to be seen.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    way TEXT NOT NULL,
    body TEXT NOT NULL,
    made INTEGER NOT NULL,
    due INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    failure TEXT,
    failed INTEGER
) STRICT;
CREATE INDEX notice_due ON notice (due);
CREATE INDEX notice_tenant ON notice (tenant);
