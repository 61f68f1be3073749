"""The tables of the journal, version by version. A version that was released is never edited."""

APPLICATION = 0x0FFE120D  # marks a SQLite file as a journal of ours

MIGRATIONS = (
    """
    CREATE TABLE interviews (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        added TEXT NOT NULL,
        company TEXT NOT NULL,
        role TEXT NOT NULL,
        date TEXT,
        answers TEXT NOT NULL,
        notes TEXT NOT NULL
    );
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        date TEXT NOT NULL,
        recorded TEXT NOT NULL,
        detail TEXT
    );
    CREATE TABLE predictions (
        id INTEGER PRIMARY KEY,
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        made TEXT NOT NULL,
        probability REAL NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        level REAL NOT NULL,
        base_rate REAL NOT NULL,
        model TEXT NOT NULL,
        days INTEGER
    );
    CREATE INDEX events_of ON events (interview);
    CREATE INDEX predictions_of ON predictions (interview);
    """,
    # an import must know an interview again, whatever number it has here
    """
    ALTER TABLE interviews ADD COLUMN uid TEXT NOT NULL DEFAULT '';
    UPDATE interviews SET uid = lower(hex(randomblob(16)));
    CREATE UNIQUE INDEX interviews_uid ON interviews (uid);
    """,
)
SCHEMA = len(MIGRATIONS)
