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
    # the day of an event may be unknown; every fact names the import that wrote it, so that it can be undone;
    # `sheet_cells` holds what a sheet last said of an interview, since only a cell that changed is news
    """
    CREATE TABLE imports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        made TEXT NOT NULL,
        added INTEGER NOT NULL DEFAULT 0,
        updated INTEGER NOT NULL DEFAULT 0,
        outcomes INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE sheet_cells (
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
        cells TEXT NOT NULL,
        PRIMARY KEY (interview, import)
    ) WITHOUT ROWID;
    CREATE TABLE new_events (
        id INTEGER PRIMARY KEY,
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        date TEXT,
        recorded TEXT NOT NULL,
        detail TEXT,
        import INTEGER REFERENCES imports (id) ON DELETE SET NULL
    );
    INSERT INTO new_events SELECT id, interview, kind, date, recorded, detail, NULL FROM events;
    DROP TABLE events;
    ALTER TABLE new_events RENAME TO events;
    ALTER TABLE interviews ADD COLUMN import INTEGER REFERENCES imports (id) ON DELETE SET NULL;
    ALTER TABLE predictions ADD COLUMN import INTEGER REFERENCES imports (id) ON DELETE SET NULL;
    CREATE INDEX events_of ON events (interview);
    CREATE INDEX events_import ON events (import) WHERE import IS NOT NULL;
    CREATE INDEX interviews_import ON interviews (import) WHERE import IS NOT NULL;
    CREATE INDEX predictions_import ON predictions (import) WHERE import IS NOT NULL;
    CREATE INDEX sheet_cells_import ON sheet_cells (import);
    """,
)
SCHEMA = len(MIGRATIONS)
