-- Two events may turn out to be one when a story comes that tells what both tell. The younger one's reports are
-- then told again under the elder, and what stood under the younger is withdrawn as 'merged'; its last revision
-- says which event it is. Nothing is altered: `timeline --as-of` shows both as they stood.
--
-- The check on a withdrawal's reason stands in the table, so the table is made anew with what it holds.
PRAGMA legacy_alter_table = ON;

CREATE TABLE withdrawal_anew (
    report INTEGER PRIMARY KEY REFERENCES report (id),
    recorded_at TEXT NOT NULL,
    -- The paper edited the claim away, a later extractor does not find it, or its event is another.
    reason TEXT NOT NULL CHECK (reason IN ('edited', 'reread', 'merged'))
) STRICT;
INSERT INTO withdrawal_anew SELECT report, recorded_at, reason FROM withdrawal;
DROP TABLE withdrawal;
ALTER TABLE withdrawal_anew RENAME TO withdrawal;

CREATE TRIGGER withdrawal_kept BEFORE UPDATE ON withdrawal
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER withdrawal_never_deleted BEFORE DELETE ON withdrawal
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

PRAGMA legacy_alter_table = OFF;
