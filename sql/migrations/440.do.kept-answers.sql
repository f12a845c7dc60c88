-- Answers of mutations that were sent with an Idempotency-Key: a retry gets the first answer. apprun reads and writes them as
-- role apprun_functions with the caller's claims set. A key is a person's own, in one tenant.

create table apprun.kept_answers (
	tenant_id uuid not null references apprun.tenants (id) on delete cascade,
	subject text not null,
	key text not null check (length(key) between 1 and 255),
	-- Place of the operation in a batch; 0 where there is none.
	place int not null,
	-- sha256 of the operation and its variables.
	fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
	-- Null: the operation runs, or it began and nobody knows how it ended.
	answer text,
	began_at timestamptz not null default clock_timestamp(),
	expires_at timestamptz not null,
	primary key (tenant_id, subject, key, place)
);
create index kept_answers_expiry on apprun.kept_answers (expires_at);
comment on table apprun.kept_answers is 'First answers by Idempotency-Key, until they expire.';

-- Not forced: the owner removes what has expired, of every tenant.
alter table apprun.kept_answers enable row level security;
create policy own_keys on apprun.kept_answers for all to apprun_functions
	using (tenant_id = (select apprun.tenant_id()) and subject = (select apprun.subject()))
	with check (tenant_id = (select apprun.tenant_id()) and subject = (select apprun.subject()));
