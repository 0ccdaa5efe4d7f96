-- The truth of an installation. Times are milliseconds since 1970, UUIDs are 16 octets, JSON is text. What may hold
-- personal data (bodies, contributions, attributes, outcomes, messages) is sealed.
-- The same tables and columns as in ../postgres; a test holds the two together.

-- The secret is sealed with the tenant's key; what values are matched by is derived from it.
CREATE TABLE tenant (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    secret BLOB
) STRICT;

-- Who runs the tenant's cycle. The token grows with every taking, so that the writes of a former holder can be told.
CREATE TABLE lease (
    tenant INTEGER PRIMARY KEY REFERENCES tenant (id),
    holder TEXT,
    token INTEGER NOT NULL DEFAULT 0,
    expires INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Names of connections and classes, so that large tables carry a number instead. A name is never taken back.
CREATE TABLE connection (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    cursor TEXT,
    UNIQUE (tenant, name)
) STRICT;

CREATE TABLE class (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connection (id),
    name TEXT NOT NULL,
    UNIQUE (connection, name)
) STRICT;

CREATE TABLE cycle (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL REFERENCES tenant (id),
    state TEXT NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE UNIQUE INDEX cycle_active ON cycle (tenant) WHERE ended IS NULL;
CREATE INDEX cycle_tenant ON cycle (tenant, id);

CREATE TABLE step (
    cycle INTEGER NOT NULL REFERENCES cycle (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    connection TEXT,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    started INTEGER,
    ended INTEGER,
    counts TEXT NOT NULL,
    usage TEXT,
    message TEXT,
    PRIMARY KEY (cycle, position)
) STRICT;

-- What persons decided about halted steps. The first of two is noted as just that, with the ruling that the second has to repeat.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cycle INTEGER NOT NULL REFERENCES cycle (id),
    position INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    ruling TEXT NOT NULL,
    reason TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    digest TEXT,
    counts TEXT
) STRICT;
CREATE INDEX decision_cycle ON decision (cycle);

CREATE TABLE import (
    connection INTEGER PRIMARY KEY REFERENCES connection (id),
    cycle INTEGER NOT NULL REFERENCES cycle (id),
    state TEXT NOT NULL,
    counts TEXT NOT NULL,
    classes TEXT NOT NULL,
    cursor TEXT,
    content TEXT,
    delivered INTEGER,
    arrived INTEGER,
    promotion INTEGER
) STRICT;

-- The import that is the snapshot.
CREATE TABLE accepted (
    connection INTEGER PRIMARY KEY REFERENCES connection (id),
    cycle INTEGER NOT NULL REFERENCES cycle (id),
    content TEXT NOT NULL,
    delivered INTEGER,
    arrived INTEGER NOT NULL
) STRICT;

-- What persons marked as bad: it is not imported again.
CREATE TABLE marked_bad (
    connection INTEGER NOT NULL REFERENCES connection (id),
    content TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (connection, content)
) STRICT;

-- What a step is halted with.
CREATE TABLE proposal (
    cycle INTEGER NOT NULL REFERENCES cycle (id),
    position INTEGER NOT NULL,
    digest TEXT NOT NULL,
    hard INTEGER NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (cycle, position)
) STRICT;

-- School-year promotions that were announced.
CREATE TABLE promotion (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connection (id),
    state TEXT NOT NULL,
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL,
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    announced INTEGER NOT NULL,
    cycle INTEGER
) STRICT;
CREATE INDEX promotion_connection ON promotion (connection, state);

-- What was found out before a target is enrolled.
CREATE TABLE enrolment_check (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connection (id),
    started INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    result BLOB,
    failure TEXT
) STRICT;
CREATE INDEX enrolment_check_connection ON enrolment_check (connection, id);

-- Targets that are enrolled. No row is ever taken back.
CREATE TABLE enrolment (
    connection INTEGER PRIMARY KEY REFERENCES connection (id),
    established INTEGER NOT NULL REFERENCES enrolment_check (id),
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    previewed INTEGER
) STRICT;

-- The tables from here on are large and written in bulk; they carry no foreign keys, because a check per row would cost more
-- than the row. What they refer to is never deleted.

-- The snapshot.
CREATE TABLE object (
    id INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    body BLOB NOT NULL,
    place TEXT
) STRICT;
CREATE UNIQUE INDEX object_key ON object (class, key);

CREATE TABLE staged (
    id INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest BLOB,
    body BLOB,
    place TEXT,
    identity BLOB
) STRICT;
CREATE UNIQUE INDEX staged_key ON staged (class, key);

-- How many objects of a class and place the snapshot holds.
CREATE TABLE baseline (
    class INTEGER NOT NULL,
    place TEXT NOT NULL,
    objects INTEGER NOT NULL,
    PRIMARY KEY (class, place)
) STRICT;

-- Accepted changes that wait to be reconciled; at most one for an object.
CREATE TABLE change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    rank INTEGER NOT NULL,
    kind TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX change_key ON change (class, key);
CREATE INDEX change_order ON change (tenant, rank, seq);

CREATE TABLE link (
    id INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    entity BLOB NOT NULL,
    rule TEXT NOT NULL,
    since INTEGER NOT NULL,
    contribution BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX link_key ON link (class, key);
CREATE INDEX link_entity ON link (entity);

CREATE TABLE entity (
    tenant INTEGER NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX entity_id ON entity (tenant, id);

-- Values that persons set by hand, before whatever the sources say.
CREATE TABLE override (
    tenant INTEGER NOT NULL,
    entity BLOB NOT NULL,
    attribute TEXT NOT NULL,
    value BLOB NOT NULL,
    until INTEGER,
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant, entity, attribute)
) STRICT, WITHOUT ROWID;
CREATE INDEX override_until ON override (tenant, until);

-- Where entities are in their lives; those that have always been active have no row.
CREATE TABLE life (
    tenant INTEGER NOT NULL,
    entity BLOB NOT NULL,
    state TEXT NOT NULL,
    since INTEGER NOT NULL,
    due INTEGER,
    cause TEXT NOT NULL,
    PRIMARY KEY (tenant, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX life_due ON life (tenant, due);
CREATE INDEX life_gone ON life (tenant, since) WHERE state = 'gone';

-- Entities to be worked out anew though none of their objects changed.
CREATE TABLE touched (
    tenant INTEGER NOT NULL,
    entity BLOB NOT NULL,
    PRIMARY KEY (tenant, entity)
) STRICT, WITHOUT ROWID;

-- Values under which correlation finds entities, as keyed hashes: of the folded value, and of the value as it stands. Hashes lie
-- anywhere in their index, so nothing else is in it.
CREATE TABLE candidate (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    folded TEXT NOT NULL,
    exact TEXT NOT NULL,
    entity BLOB NOT NULL
) STRICT;
CREATE INDEX candidate_folded ON candidate (folded);
CREATE INDEX candidate_entity ON candidate (entity);

CREATE TABLE reference (
    tenant INTEGER NOT NULL,
    origin BLOB NOT NULL,
    attribute TEXT NOT NULL,
    goal BLOB NOT NULL,
    PRIMARY KEY (tenant, origin, attribute)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_goal ON reference (tenant, goal);

-- Objects that an entity refers to and that stand for nothing yet.
CREATE TABLE unresolved (
    tenant INTEGER NOT NULL,
    entity BLOB NOT NULL,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (tenant, entity, class, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX unresolved_key ON unresolved (class, key);

CREATE TABLE fingerprint (
    tenant INTEGER NOT NULL,
    thing TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant, thing)
) STRICT, WITHOUT ROWID;

-- Entities that a target's planner must look at. Widened: 0 by themselves, 1 because they hang together with others, 2 units that moved.
CREATE TABLE stale (
    connection INTEGER NOT NULL,
    entity BLOB NOT NULL,
    widened INTEGER NOT NULL,
    PRIMARY KEY (connection, entity)
) STRICT, WITHOUT ROWID;

CREATE TABLE shadow (
    id INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    entity BLOB,
    state TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    body BLOB NOT NULL,
    ours BLOB
) STRICT;
CREATE UNIQUE INDEX shadow_key ON shadow (class, key);
CREATE INDEX shadow_order ON shadow (class, id);
CREATE INDEX shadow_entity ON shadow (entity);

-- By what objects of targets are found, by class: the attributes that are compared. Filled: as far as the index has come when it is made
-- anew.
CREATE TABLE finder (
    class INTEGER PRIMARY KEY,
    rules TEXT NOT NULL,
    filled INTEGER
) STRICT;

-- Values under which objects of targets are found, as keyed hashes: of the folded value, and of the value as it stands.
CREATE TABLE likeness (
    class INTEGER NOT NULL,
    rule TEXT NOT NULL,
    folded TEXT NOT NULL,
    exact TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (class, rule, folded, key, exact)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_key ON likeness (class, key);

-- Objects of targets whose entities have no place there any more.
CREATE TABLE leaving (
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    connection INTEGER NOT NULL,
    entity BLOB NOT NULL,
    since INTEGER NOT NULL,
    stage TEXT NOT NULL,
    due INTEGER,
    PRIMARY KEY (class, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX leaving_due ON leaving (connection, due);
CREATE INDEX leaving_entity ON leaving (entity);

-- Who asked that an entity have an object in a target.
CREATE TABLE request (
    connection INTEGER NOT NULL,
    entity BLOB NOT NULL,
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (connection, entity)
) STRICT, WITHOUT ROWID;

CREATE TABLE operation (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL,
    id TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    planned_in INTEGER NOT NULL,
    entity BLOB,
    class INTEGER NOT NULL,
    action TEXT NOT NULL,
    key TEXT NOT NULL,
    desired BLOB NOT NULL,
    changed TEXT NOT NULL,
    rank INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    former BLOB,
    ours BLOB,
    outcome BLOB
) STRICT;
CREATE UNIQUE INDEX operation_id ON operation (connection, id);
CREATE INDEX operation_order ON operation (connection, state, rank, seq);
CREATE INDEX operation_entity ON operation (entity);
CREATE INDEX operation_cycle ON operation (connection, cycle);

-- Days on which something begins, or holds no more.
CREATE TABLE due (
    tenant INTEGER NOT NULL,
    entity BLOB NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (tenant, entity, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_day ON due (tenant, day);

-- Unique names by scope: who holds which, and who held it until when. Nobody's are those of accounts that belong to no entity.
CREATE TABLE allotment (
    tenant INTEGER NOT NULL,
    scope TEXT NOT NULL,
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    entity BLOB,
    since INTEGER NOT NULL,
    released INTEGER,
    PRIMARY KEY (tenant, scope, folded)
) STRICT, WITHOUT ROWID;
CREATE INDEX allotment_entity ON allotment (tenant, scope, entity);
CREATE INDEX allotment_released ON allotment (tenant, released) WHERE released IS NOT NULL;

-- A chain: each hash is over the entry and the hash of the one before. The digest is that of the particulars, which may be erased.
CREATE TABLE journal (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    cycle INTEGER,
    entity BLOB,
    event TEXT NOT NULL,
    who TEXT NOT NULL,
    digest BLOB NOT NULL,
    detail BLOB,
    hash BLOB NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_entity ON journal (tenant, entity) WHERE entity IS NOT NULL;

-- Where each journal ends, plain for whoever looks and sealed for whoever doubts.
CREATE TABLE chain (
    tenant INTEGER PRIMARY KEY REFERENCES tenant (id),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    seal BLOB NOT NULL
) STRICT;

-- Objects that are gone, with what they stood for, since when.
CREATE TABLE former (
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    entity BLOB NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (class, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_entity ON former (entity);
CREATE INDEX former_since ON former (since);

-- Cases: one for an object and kind. The ground is a digest over the candidates.
CREATE TABLE question (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    entity BLOB,
    state TEXT NOT NULL,
    opened INTEGER NOT NULL,
    closed INTEGER,
    ground TEXT NOT NULL,
    asked BLOB NOT NULL,
    choice TEXT,
    chosen TEXT,
    who TEXT,
    reason TEXT,
    UNIQUE (class, key, kind)
) STRICT;
CREATE INDEX question_open ON question (class) WHERE state = 'open';

-- What persons decided about objects. It is never taken back; a later one counts before an earlier one.
CREATE TABLE ruling (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    choice TEXT NOT NULL,
    entity BLOB,
    ground TEXT NOT NULL,
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    heeded INTEGER NOT NULL
) STRICT;
CREATE INDEX ruling_key ON ruling (class, key);
CREATE INDEX ruling_entity ON ruling (entity);
CREATE INDEX ruling_new ON ruling (class) WHERE heeded = 0;

-- The origin is what found it: each replaces only its own findings about an object.
CREATE TABLE finding (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    origin TEXT NOT NULL,
    code TEXT NOT NULL,
    message BLOB NOT NULL,
    remedy TEXT NOT NULL
) STRICT;
CREATE INDEX finding_key ON finding (class, key);

-- Objects that cannot be mapped, matched or applied, and when they are tried again. What is the matter is in the finding.
CREATE TABLE quarantine (
    class INTEGER NOT NULL,
    key TEXT NOT NULL,
    origin TEXT NOT NULL,
    entity BLOB,
    failures INTEGER NOT NULL,
    since INTEGER NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (class, key, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_due ON quarantine (class, origin, due);
CREATE INDEX quarantine_entity ON quarantine (entity);

-- Builds of connectors that are installed. They belong to the installation, not to a tenant.
CREATE TABLE component (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    size INTEGER NOT NULL,
    installed INTEGER NOT NULL,
    origin TEXT NOT NULL,
    signature TEXT,
    signer TEXT
) STRICT;

-- Which build a connection runs, newest last. Nothing is taken out: the one before is what is gone back to.
CREATE TABLE activation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connection (id),
    digest TEXT NOT NULL,
    activated INTEGER NOT NULL,
    who TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX activation_connection ON activation (connection, id);

-- The builds that the tenant's unfinished cycle began with.
CREATE TABLE running (
    connection INTEGER PRIMARY KEY REFERENCES connection (id),
    digest TEXT NOT NULL
) STRICT;
