-- Requests that came with an idempotency key, for as long as an answer is repeated. The identity is a hash of who asked and the key, the
-- fingerprint one of what was asked; the answer is sealed with the key that the guest gave and that is kept nowhere.
CREATE TABLE keyed_request (
    identity BLOB PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    began INTEGER NOT NULL,
    answer BLOB
) STRICT;
CREATE INDEX keyed_request_began ON keyed_request (began);
