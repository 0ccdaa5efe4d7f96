-- Who may come in, and as what. A tenant is named as the configuration names it, before anything of it is kept as well; `*` stands for
-- all of them. Secrets are kept as their SHA-256 alone.

-- What the hashes are keyed with that names and addresses are compared by: the installation's own secret, sealed with its key.
CREATE TABLE installation (
    id INTEGER PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT;

-- Who did something, or had it done: a keyed hash, which stands wherever it is kept who, and the name, sealed.
CREATE TABLE actor (
    id TEXT PRIMARY KEY,
    name BLOB NOT NULL
) STRICT;

-- People who work with the installation. The handle is what decisions and journals keep of somebody, and never
-- changes. Of the issuer's own name for the person a keyed hash is kept; what people call the person, and the address, are sealed.
-- Who invited somebody made the link by which that person came; nobody in here did for whom a sign-in service vouches, or who has a link from
-- the machine itself.
CREATE TABLE person (
    id BLOB PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE REFERENCES actor (id),
    issuer TEXT,
    subject TEXT,
    name BLOB NOT NULL,
    mail BLOB,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    disabled INTEGER,
    invited_by BLOB REFERENCES person (id)
) STRICT;
CREATE UNIQUE INDEX person_subject ON person (issuer, subject) WHERE issuer IS NOT NULL;

-- What they may do where.
CREATE TABLE person_role (
    person BLOB NOT NULL REFERENCES person (id),
    tenant TEXT NOT NULL,
    role TEXT NOT NULL,
    who TEXT NOT NULL REFERENCES actor (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (person, tenant)
) STRICT;
CREATE INDEX person_role_tenant ON person_role (tenant);

-- Roles that wait for somebody who has not come yet: of a mail address, or of a subject of an issuer; its keyed hash, and what it is, sealed.
CREATE TABLE admission (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issuer TEXT NOT NULL,
    promised_to TEXT NOT NULL,
    promised BLOB NOT NULL,
    tenant TEXT NOT NULL,
    role TEXT NOT NULL,
    who TEXT NOT NULL REFERENCES actor (id),
    at INTEGER NOT NULL,
    UNIQUE (issuer, promised_to, tenant)
) STRICT;
CREATE INDEX admission_tenant ON admission (tenant);

-- Links that let somebody in once.
CREATE TABLE entrance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    role TEXT NOT NULL,
    who TEXT NOT NULL REFERENCES actor (id),
    made INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER
) STRICT;

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    person BLOB NOT NULL REFERENCES person (id),
    created INTEGER NOT NULL,
    used INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX session_person ON session (person);

-- What programs come in with. The prefix is the beginning of the secret, for people to tell them apart.
CREATE TABLE api_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    name TEXT NOT NULL,
    maker BLOB NOT NULL REFERENCES person (id),
    tenant TEXT NOT NULL,
    role TEXT NOT NULL,
    made INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER,
    revoked INTEGER
) STRICT;
CREATE INDEX api_token_maker ON api_token (maker);
CREATE INDEX api_token_tenant ON api_token (tenant);

-- What changed of all this.
CREATE TABLE access_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    who TEXT NOT NULL REFERENCES actor (id),
    whom TEXT REFERENCES actor (id),
    tenant TEXT,
    role TEXT,
    what TEXT
) STRICT;
CREATE INDEX access_entry_tenant ON access_entry (tenant, seq);
