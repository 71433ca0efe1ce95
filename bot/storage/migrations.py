"""Every table of the file, as numbered steps; a file of any former version is brought up to date at the start.

A step is never changed once it has been released: what comes later is a step of its own.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

MIGRATIONS: Final = Migrations("sender-names-bot")


@MIGRATIONS()
def m001_inbox(db: Database) -> None:
    """Updates that wait for being handled (sealed), and the ids seen in the last day."""
    db.table("inbox").create(
        {"update_id": int, "lane": int, "body": bytes, "received": float, "attempts": int},
        pk="update_id",
        not_null={"lane", "body", "received", "attempts"},
        strict=True,
    )
    seen = db.table("seen")
    seen.create({"update_id": int, "at": float}, pk="update_id", not_null={"at"}, strict=True)
    seen.create_index(["at"])


@MIGRATIONS()
def m002_people_and_accounts(db: Database) -> None:
    """Who talks to the bot, and the SMSC accounts they brought; keys and drafts are sealed."""
    db.table("people").create(
        {
            "user_id": int,
            "language": str,
            "account_id": int,
            "subclient": str,
            "panel": int,
            "about": str,
            "open": str,
            "drafts": bytes,
            "updated": float,
        },
        pk="user_id",
        not_null={"updated"},
        strict=True,
    )
    accounts = db.table("accounts")
    accounts.create(
        {
            "id": int,
            "user_id": int,
            "service": str,
            "login": str,
            "secret": bytes,
            "label": str,
            "paused": str,
            "created": float,
        },
        pk="id",
        not_null={"user_id", "service", "secret", "created"},
        strict=True,
    )
    accounts.create_index(["user_id"])


@MIGRATIONS()
def m003_operations_and_outbox(db: Database) -> None:
    """The journal of changing requests, written before they are made; and what is still to be told."""
    operations = db.table("operations")
    operations.create(
        {
            "id": int,
            "key": str,
            "user_id": int,
            "account_id": int,
            "subclient": str,
            "command": str,
            "name": str,
            "sealed": bytes,
            "after": int,
            "state": str,
            "not_before": float,
            "attempts": int,
            "answer": str,
            "created": float,
            "changed": float,
        },
        pk="id",
        not_null={
            "key",
            "user_id",
            "account_id",
            "subclient",
            "command",
            "name",
            "sealed",
            "state",
            "not_before",
            "attempts",
            "created",
            "changed",
        },
        strict=True,
    )
    operations.create_index(["key"], unique=True)
    operations.create_index(["state"])
    operations.create_index(["user_id", "created"])
    db.table("outbox").create(
        {"id": int, "chat_id": int, "kind": str, "body": str, "not_before": float, "attempts": int},
        pk="id",
        not_null={"chat_id", "kind", "body", "not_before", "attempts"},
        strict=True,
    )


@MIGRATIONS()
def m004_names(db: Database) -> None:
    """Sender names as SMSC last listed them, in its order; and when that was."""
    db.table("listings").create(
        {"account_id": int, "subclient": str, "fetched": float},
        pk=("account_id", "subclient"),
        not_null={"fetched"},
        strict=True,
    )
    names = db.table("names")
    names.create(
        {
            "ref": int,
            "account_id": int,
            "subclient": str,
            "name": str,
            "folded": str,
            "sms_id": int,
            "state": str,
            "place": int,
            "body": str,
        },
        pk="ref",
        not_null={"account_id", "subclient", "name", "folded", "state", "place", "body"},
        strict=True,
    )
    names.create_index(["account_id", "subclient", "name"], unique=True)
    names.create_index(["account_id", "subclient", "state", "place"])


@MIGRATIONS()
def m005_vault_check(db: Database) -> None:
    """A sealed word that tells at the start whether SECRET_KEYS still fit this file."""
    db.table("vault_check").create({"id": int, "sealed": bytes}, pk="id", not_null={"sealed"}, strict=True)


@MIGRATIONS()
def m006_bar_and_indexes(db: Database) -> None:
    """The message that holds a person's bar; requests are found by the one they wait for, and by their name."""
    db.table("people").add_column("bar", int)
    operations = db.table("operations")
    operations.create_index(["after"])
    operations.create_index(["account_id", "subclient", "name"])


@MIGRATIONS()
def m007_parked_and_holds(db: Database) -> None:
    """Notices for people who blocked the bot, since when; and until when Telegram wants no more calls."""
    db.table("outbox").add_column("parked", float)
    db.table("holds").create(
        {"place": str, "until": float, "asked": float}, pk="place", not_null={"until", "asked"}, strict=True
    )


@MIGRATIONS()
def m008_gaps_of_lists(db: Database) -> None:
    """How many rows of a list could not be read, and whether it broke off."""
    listings = db.table("listings")
    listings.add_column("left_out", int, not_null_default=0)
    listings.add_column("cut", int, not_null_default=0)


@MIGRATIONS()
def m009_uploads(db: Database) -> None:
    """Files that people sent in the last day, to be counted: no content, no names."""
    uploads = db.table("uploads")
    uploads.create(
        {"user_id": int, "key": str, "at": float, "bytes": int, "seconds": float},
        pk=("user_id", "key"),
        not_null={"at", "bytes", "seconds"},
        strict=True,
    )
    uploads.create_index(["at"])


@MIGRATIONS()
def m010_names_in_parts(db: Database) -> None:
    """A name's state in parts, not in one word; a name is known by SMSC's number; the journal says what it brought.

    Which of the names that needed somebody are active was not kept: the list is fetched anew before it is believed.
    """
    for index in db.table("names").indexes:
        db.execute(f"DROP INDEX [{index.name}]")
    for column in (
        "activation TEXT NOT NULL DEFAULT 'unknown'",
        "filters INTEGER NOT NULL DEFAULT 0",
        "since TEXT NOT NULL DEFAULT '{}'",
    ):
        db.execute(f"ALTER TABLE names ADD COLUMN {column}")
    db.execute("UPDATE names SET activation = 'active', filters = 1 WHERE state = 'active'")
    db.execute("UPDATE names SET activation = 'listed', filters = 2 WHERE state = 'waiting'")
    db.execute("UPDATE names SET filters = 4 WHERE state = 'needs_you'")
    db.execute("ALTER TABLE names DROP COLUMN state")
    names = db.table("names")
    names.create_index(["account_id", "subclient", "name"])
    names.create_index(["account_id", "subclient", "folded"])
    names.create_index(["account_id", "subclient", "place"])
    db.execute("CREATE UNIQUE INDEX idx_names_sms_id ON names (account_id, subclient, sms_id) WHERE sms_id IS NOT NULL")
    db.execute("ALTER TABLE listings ADD COLUMN listed REAL")
    db.execute("UPDATE listings SET listed = fetched WHERE fetched > 0")
    db.execute("UPDATE listings SET fetched = 0")
    for column in ("sms_id INTEGER", "what TEXT", "file TEXT", "description TEXT"):
        db.execute(f"ALTER TABLE operations ADD COLUMN {column}")
    db.execute(
        "UPDATE operations SET what = CASE command WHEN 'chg' THEN 'change' WHEN 'del' THEN 'delete' ELSE command END"
    )


@MIGRATIONS()
def m011_limits(db: Database) -> None:
    """What SMSC counts: requests, what is held back, and which logins are one, told by the names they list."""
    db.table("limit_marks").create(
        {"id": int, "service": str, "who": str, "kind": str, "signature": str, "answered": float},
        pk="id",
        not_null={"service", "who", "kind", "signature"},
        strict=True,
    )
    db.table("limit_waits").create(
        {"service": str, "who": str, "kind": str, "since": float, "until": float},
        pk=("service", "who", "kind"),
        not_null={"since", "until"},
        strict=True,
    )
    db.table("limit_logins").create(
        {"service": str, "who": str, "same_service": str, "same_who": str},
        pk=("service", "who"),
        not_null={"same_service", "same_who"},
        strict=True,
    )
    listed = db.table("limit_names")
    listed.create({"service": str, "who": str, "fingerprint": int}, pk=("service", "who", "fingerprint"), strict=True)
    listed.create_index(["fingerprint"])


@MIGRATIONS()
def m012_since_when_a_notice_waits(db: Database) -> None:
    """Since when a notice waits: where the clock is set back it waits no longer than was meant."""
    db.execute("ALTER TABLE outbox ADD COLUMN since REAL NOT NULL DEFAULT 0")


@MIGRATIONS()
def m013_set_aside(db: Database) -> None:
    """What nobody can read is kept apart; an id that was seen stands with a number for what came under it."""
    db.table("seen").add_column("digest", str)
    set_aside = db.table("set_aside")
    set_aside.create(
        {
            "id": int,
            "kind": str,
            "digest": str,
            "chat_id": int,
            "place": str,
            "body": bytes,
            "why": str,
            "at": float,
        },
        pk="id",
        not_null={"kind", "digest", "chat_id", "place", "body", "why", "at"},
        strict=True,
    )
    set_aside.create_index(["digest"], unique=True)
    set_aside.create_index(["kind"])


@MIGRATIONS()
def m014_events(db: Database) -> None:
    """What happened, as facts that nothing changes: what was asked of SMSC, what it answered, what its lists showed.

    The journal writes into it by itself, whoever writes the journal; what is in the journal already is taken over.
    """
    db.execute(
        "CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, subclient TEXT NOT NULL,"
        " name TEXT NOT NULL, sms_id INTEGER, kind TEXT NOT NULL, at REAL NOT NULL, news INTEGER NOT NULL,"
        " body TEXT NOT NULL) STRICT"
    )
    db.table("events").create_index(["account_id", "subclient", "name"])
    db.execute("CREATE INDEX idx_events_sms_id ON events (account_id, subclient, sms_id) WHERE sms_id IS NOT NULL")
    db.execute(
        "CREATE TRIGGER events_stay BEFORE UPDATE ON events"
        " BEGIN SELECT RAISE(ABORT, 'what happened is not changed'); END"
    )
    asked = (
        "INSERT INTO events (account_id, subclient, name, sms_id, kind, at, news, body)"
        " SELECT {0}.account_id, {0}.subclient, {0}.name, {0}.sms_id, 'asked', {0}.created, 0, json_object("
        "'operation', {0}.id, 'what', {0}.what, 'file', {0}.file, 'description', {0}.description)"
    )
    answered = (
        "INSERT INTO events (account_id, subclient, name, sms_id, kind, at, news, body)"
        " SELECT {0}.account_id, {0}.subclient, {0}.name, {0}.sms_id, 'answered', {0}.changed, 0, json_object("
        "'operation', {0}.id, 'what', {0}.what, 'file', {0}.file, 'state', {0}.state,"
        " 'answer', CASE WHEN json_valid({0}.answer) THEN json({0}.answer) END)"
    )
    there = " WHERE EXISTS (SELECT 1 FROM accounts WHERE id = {0}.account_id)"
    ends = "('done', 'refused', 'not_done', 'unclear', 'cancelled', 'unknown')"
    db.execute((asked + " FROM operations" + there + " ORDER BY id").format("operations"))
    db.execute(
        (answered + " FROM operations" + there + f" AND state IN {ends} ORDER BY changed, id").format("operations")
    )
    db.execute(
        "CREATE TRIGGER operations_asked AFTER INSERT ON operations BEGIN " + (asked + there).format("NEW") + "; END"
    )
    db.execute(
        "CREATE TRIGGER operations_answered AFTER UPDATE OF state ON operations"
        f" WHEN NEW.state != OLD.state AND NEW.state IN {ends}"
        " BEGIN " + (answered + there).format("NEW") + "; END"
    )


@MIGRATIONS()
def m015_watch(db: Database) -> None:
    """Whose names are watched, and when next; what a list lost and no second one has confirmed; what was told."""
    db.execute(
        "CREATE TABLE watches (account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " subclient TEXT NOT NULL, service TEXT, who TEXT, since REAL NOT NULL, next REAL NOT NULL,"
        " asked REAL NOT NULL, whole REAL NOT NULL, moved REAL NOT NULL, failures INTEGER NOT NULL,"
        " PRIMARY KEY (account_id, subclient)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE doubts (account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " subclient TEXT NOT NULL, ref INTEGER NOT NULL, since REAL NOT NULL, body TEXT NOT NULL,"
        " PRIMARY KEY (account_id, subclient, ref)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE pushes (account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " subclient TEXT NOT NULL, name TEXT NOT NULL, sms_id INTEGER NOT NULL, first INTEGER NOT NULL,"
        " last INTEGER NOT NULL, message_id INTEGER NOT NULL, at REAL NOT NULL,"
        " PRIMARY KEY (account_id, subclient, name, sms_id)) STRICT, WITHOUT ROWID"
    )


@MIGRATIONS()
def m016_notifications(db: Database) -> None:
    """How each person wants to be told, and the names that they do not want to be told of."""
    db.execute(
        "CREATE TABLE notifications (user_id INTEGER PRIMARY KEY, quiet_from INTEGER NOT NULL,"
        " quiet_until INTEGER NOT NULL, zone INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE mutes (account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " subclient TEXT NOT NULL, name TEXT NOT NULL, sms_id INTEGER NOT NULL,"
        " PRIMARY KEY (account_id, subclient, name, sms_id)) STRICT, WITHOUT ROWID"
    )


@MIGRATIONS()
def m017_boards(db: Database) -> None:
    """What each person saw last of an account and subclient; what is news is found without all the rest."""
    db.execute(
        "CREATE TABLE boards (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, subclient TEXT NOT NULL,"
        " before INTEGER NOT NULL DEFAULT 0, before_at REAL NOT NULL DEFAULT 0, seen INTEGER NOT NULL DEFAULT 0,"
        " seen_at REAL NOT NULL DEFAULT 0, UNIQUE (account_id, subclient)) STRICT"
    )
    db.execute("CREATE INDEX idx_events_news ON events (account_id, subclient, id) WHERE news = 1")
    db.execute(
        "CREATE INDEX idx_events_lost ON events (account_id, subclient)"
        " WHERE news = 1 AND kind = 'activation' AND instr(body, '\"before\":\"active\"') > 0"
    )
    db.execute("CREATE INDEX idx_events_gone ON events (account_id, subclient) WHERE news = 1 AND kind = 'vanished'")
    db.execute("CREATE INDEX idx_names_standing ON names (account_id, subclient, activation, filters)")


@MIGRATIONS()
def m018_batches(db: Database) -> None:
    """Many requests that were asked for at once, and a row for each, with the key that it is planned under."""
    db.execute(
        "CREATE TABLE batches (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL,"
        " account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " state TEXT NOT NULL, sealed BLOB NOT NULL, created REAL NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE batch_rows (id INTEGER PRIMARY KEY,"
        " batch_id INTEGER NOT NULL REFERENCES batches(id) ON DELETE CASCADE, number INTEGER NOT NULL,"
        " line INTEGER NOT NULL, subclient TEXT NOT NULL, key TEXT UNIQUE, name TEXT NOT NULL, why TEXT, sealed BLOB,"
        " UNIQUE (batch_id, number)) STRICT"
    )


@MIGRATIONS()
def m019_hash_of_a_document(db: Database) -> None:
    """Which bytes a request brought: their SHA-256 in hexadecimal; nobody knows it of what was sent before."""
    db.execute("ALTER TABLE operations ADD COLUMN sha256 TEXT")


@MIGRATIONS()
def m020_meanings_of_codes(db: Database) -> None:
    """What each person says that an operator's status code means at a service; SMSC documents none."""
    db.execute(
        "CREATE TABLE code_meanings (user_id INTEGER NOT NULL, service TEXT NOT NULL, code TEXT NOT NULL,"
        " meaning TEXT NOT NULL, PRIMARY KEY (user_id, service, code)) STRICT, WITHOUT ROWID"
    )


@MIGRATIONS()
def m021_zones_in_minutes(db: Database) -> None:
    """A person's time zone is kept in minutes: not every one is of whole hours."""
    db.execute("UPDATE notifications SET zone = zone * 60")


@MIGRATIONS()
def m022_companies(db: Database) -> None:
    """Companies that people keep, sealed, and when the next of their documents is to be told of; who used which."""
    db.execute(
        "CREATE TABLE companies (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, sealed BLOB NOT NULL, due REAL,"
        " created REAL NOT NULL) STRICT"
    )
    db.table("companies").create_index(["user_id"])
    db.execute("ALTER TABLE operations ADD COLUMN company INTEGER")


@MIGRATIONS()
def m031_alerts(db: Database) -> None:
    """What needs the administrator's hand and is not over."""
    db.execute(
        "CREATE TABLE alerts (kind TEXT NOT NULL, about TEXT NOT NULL, since REAL NOT NULL,"
        " PRIMARY KEY (kind, about)) STRICT, WITHOUT ROWID"
    )


@MIGRATIONS()
def m026_colleagues(db: Database) -> None:
    """Who else works with an account, in which role; links that invite; whether paid requests wait for an owner.

    `account_people` is everybody of an account: whoever brought its key, and those who were invited.
    """
    db.execute(
        "CREATE TABLE members (account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " user_id INTEGER NOT NULL, role TEXT NOT NULL, since REAL NOT NULL,"
        " PRIMARY KEY (account_id, user_id)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX idx_members_user_id ON members (user_id)")
    db.execute(
        "CREATE VIEW account_people AS"
        " SELECT id AS account_id, user_id, 'owner' AS role, created AS since FROM accounts"
        " UNION ALL SELECT account_id, user_id, role, since FROM members"
    )
    db.execute(
        "CREATE TABLE invitations (id INTEGER PRIMARY KEY,"
        " account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, digest TEXT NOT NULL UNIQUE,"
        " role TEXT NOT NULL, made_by INTEGER NOT NULL, made REAL NOT NULL, ends REAL NOT NULL, used REAL) STRICT"
    )
    db.execute("ALTER TABLE accounts ADD COLUMN asks INTEGER NOT NULL DEFAULT 1")


@MIGRATIONS()
def m023_rows_of_several_accounts(db: Database) -> None:
    """A row may be for another account than the one that its plan was made in; without one it is for that.

    What was not done is found quickly: each form looks there for files that Telegram has no more.
    """
    db.execute("ALTER TABLE batch_rows ADD COLUMN account_id INTEGER")
    db.execute("CREATE INDEX idx_operations_not_done ON operations (user_id, id) WHERE state = 'not_done'")


@MIGRATIONS()
def m024_client_links(db: Database) -> None:
    """Links by which a client without an account fills in a form; of a link's token only its hash is kept."""
    db.execute(
        "CREATE TABLE client_links (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL,"
        " account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, subclient TEXT NOT NULL,"
        " token TEXT NOT NULL UNIQUE, ends REAL NOT NULL, most INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,"
        " sealed BLOB NOT NULL, created REAL NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX idx_client_links_user ON client_links (user_id, created)")
    db.execute("CREATE INDEX idx_client_links_account ON client_links (account_id)")


@MIGRATIONS()
def m025_client_forms(db: Database) -> None:
    """What clients fill in: a row for each person who took a link up; `round` counts how often it was handed over."""
    db.execute(
        "CREATE TABLE client_forms (id INTEGER PRIMARY KEY,"
        " link_id INTEGER NOT NULL REFERENCES client_links(id) ON DELETE CASCADE, user_id INTEGER NOT NULL,"
        " state TEXT NOT NULL, round INTEGER NOT NULL DEFAULT 0, sealed BLOB, changed REAL NOT NULL,"
        " UNIQUE (link_id, user_id)) STRICT"
    )
    db.execute("CREATE INDEX idx_client_forms_user ON client_forms (user_id)")


@MIGRATIONS()
def m027_approvals(db: Database) -> None:
    """What waits for an owner's word, and how it was decided. What waits was not asked of SMSC: no event tells that."""
    db.execute(
        "CREATE TABLE approvals (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, user_id INTEGER NOT NULL,"
        " operation_id INTEGER, batch_id INTEGER, state TEXT NOT NULL, decided_by INTEGER, word BLOB,"
        " created REAL NOT NULL, changed REAL NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX idx_approvals_account ON approvals (account_id, state)")
    db.execute("CREATE INDEX idx_approvals_operation ON approvals (operation_id)")
    db.execute("ALTER TABLE batches ADD COLUMN approved INTEGER NOT NULL DEFAULT 0")
    asked = (
        "INSERT INTO events (account_id, subclient, name, sms_id, kind, at, news, body)"
        " SELECT NEW.account_id, NEW.subclient, NEW.name, NEW.sms_id, 'asked', NEW.changed, 0, json_object("
        "'operation', NEW.id, 'what', NEW.what, 'file', NEW.file, 'description', NEW.description)"
        " WHERE EXISTS (SELECT 1 FROM accounts WHERE id = NEW.account_id)"
    )
    answered = (
        "INSERT INTO events (account_id, subclient, name, sms_id, kind, at, news, body)"
        " SELECT NEW.account_id, NEW.subclient, NEW.name, NEW.sms_id, 'answered', NEW.changed, 0, json_object("
        "'operation', NEW.id, 'what', NEW.what, 'file', NEW.file, 'state', NEW.state,"
        " 'answer', CASE WHEN json_valid(NEW.answer) THEN json(NEW.answer) END)"
        " WHERE EXISTS (SELECT 1 FROM accounts WHERE id = NEW.account_id)"
    )
    db.execute("DROP TRIGGER operations_asked")
    db.execute("DROP TRIGGER operations_answered")
    db.execute(
        f"CREATE TRIGGER operations_asked AFTER INSERT ON operations WHEN NEW.state != 'awaits' BEGIN {asked}; END"
    )
    db.execute(
        "CREATE TRIGGER operations_approved AFTER UPDATE OF state ON operations"
        f" WHEN OLD.state = 'awaits' AND NEW.state = 'planned' BEGIN {asked}; END"
    )
    db.execute(
        "CREATE TRIGGER operations_answered AFTER UPDATE OF state ON operations"
        " WHEN NEW.state != OLD.state AND OLD.state != 'awaits'"
        " AND NEW.state IN ('done', 'refused', 'not_done', 'unclear', 'cancelled', 'unknown')"
        f" BEGIN {answered}; END"
    )


@MIGRATIONS()
def m028_locks(db: Database) -> None:
    """Names that are not deleted before somebody unlocks them; `sms_id` 0: SMSC's number was not known then."""
    db.execute(
        "CREATE TABLE locks (account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " subclient TEXT NOT NULL, name TEXT NOT NULL, sms_id INTEGER NOT NULL,"
        " PRIMARY KEY (account_id, subclient, name, sms_id)) STRICT, WITHOUT ROWID"
    )


@MIGRATIONS()
def m032_refused_looks(db: Database) -> None:
    """How many looks at an account or subclient SMSC refused in a row: it is asked ever less, and told of once."""
    db.execute("ALTER TABLE watches ADD COLUMN refused INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
def m033_forgotten_in_events(db: Database) -> None:
    """Whoever asked to be forgotten is nobody in what they agreed to or locked; nothing else of an event is changed."""
    db.execute("DROP TRIGGER events_stay")
    db.execute(
        "CREATE TRIGGER events_stay BEFORE UPDATE ON events WHEN NOT ("
        "(NEW.id, NEW.account_id, NEW.subclient, NEW.name, NEW.sms_id, NEW.kind, NEW.at, NEW.news) IS"
        " (OLD.id, OLD.account_id, OLD.subclient, OLD.name, OLD.sms_id, OLD.kind, OLD.at, OLD.news)"
        " AND NEW.body IS json_set(OLD.body, '$.who', 0))"
        " BEGIN SELECT RAISE(ABORT, 'what happened is not changed'); END"
    )


@MIGRATIONS()
def m034_told_each(db: Database) -> None:
    """Each person of an account is told for themselves: what they muted, what they were told and saw last is theirs.

    What there was is of whoever brought the key: nobody else was told. What was before somebody came in is no news to
    them, and what they had leaves with them.
    """
    db.execute("ALTER TABLE members ADD COLUMN after_event INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE members SET after_event = (SELECT COALESCE(MAX(id), 0) FROM events)")
    db.execute("DROP VIEW account_people")
    db.execute(
        "CREATE VIEW account_people AS"
        " SELECT id AS account_id, user_id, 'owner' AS role, created AS since, 0 AS after_event FROM accounts"
        " UNION ALL SELECT account_id, user_id, role, since, after_event FROM members"
    )
    whose = (
        "user_id INTEGER NOT NULL, account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,"
        " subclient TEXT NOT NULL"
    )
    name = "name TEXT NOT NULL, sms_id INTEGER NOT NULL"
    key = "PRIMARY KEY (user_id, account_id, subclient, name, sms_id)"
    told = "first INTEGER NOT NULL, last INTEGER NOT NULL, message_id INTEGER NOT NULL, at REAL NOT NULL"
    looks = (
        "before INTEGER NOT NULL DEFAULT 0, before_at REAL NOT NULL DEFAULT 0, seen INTEGER NOT NULL DEFAULT 0,"
        " seen_at REAL NOT NULL DEFAULT 0"
    )
    made = {
        "mutes": f"({whose}, {name}, {key}) STRICT, WITHOUT ROWID",
        "pushes": f"({whose}, {name}, {told}, {key}) STRICT, WITHOUT ROWID",
        "boards": (
            f"(id INTEGER PRIMARY KEY AUTOINCREMENT, {whose}, {looks}, UNIQUE (user_id, account_id, subclient)) STRICT"
        ),
    }
    for table, columns in made.items():
        kept = ", ".join(db.table(table).columns_dict)
        db.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
        db.execute(f"CREATE TABLE {table} {columns}")
        db.execute(
            f"INSERT INTO {table} (user_id, {kept})"  # noqa: S608  # fixed words
            f" SELECT (SELECT user_id FROM accounts WHERE id = account_id), {kept} FROM {table}_before"
        )
        db.execute(f"DROP TABLE {table}_before")
        db.execute(f"CREATE INDEX idx_{table}_account ON {table} (account_id)")
    gone = " ".join(
        f"DELETE FROM {each} WHERE account_id = OLD.account_id AND user_id = OLD.user_id;"  # noqa: S608
        for each in made
    )
    db.execute(f"CREATE TRIGGER members_left AFTER DELETE ON members BEGIN {gone} END")


@MIGRATIONS()
def m035_mended_rows(db: Database) -> None:
    """Under which key that is planned which takes the place of a row of many that did not go through."""
    db.execute("ALTER TABLE batch_rows ADD COLUMN mended_by TEXT")
    db.execute("CREATE INDEX idx_batch_rows_mended_by ON batch_rows (mended_by) WHERE mended_by IS NOT NULL")


@MIGRATIONS()
def m036_same_answers(db: Database) -> None:
    """Which answers a list was made of, for as long as nothing else has written its names."""
    db.execute("ALTER TABLE listings ADD COLUMN answers TEXT")
