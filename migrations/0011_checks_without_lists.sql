-- The words of an enumeration are compared one after the other. A list of more than two SQLite puts into a table of its
-- own, anew for every row that is written, which costs more than to write the row.
--
-- A check says nothing of how rows are stored, so that it may be changed where the schema stands
-- (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"); to make the tables anew
-- would take minutes in a large file.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql,
    'date_precision IN (''day'', ''week'', ''month'', ''year'', ''unknown'')',
    'date_precision = ''day'' OR date_precision = ''week'' OR date_precision = ''month''
        OR date_precision = ''year'' OR date_precision = ''unknown''')
WHERE type = 'table' AND name IN ('event_revision', 'report');

UPDATE sqlite_schema SET sql = replace(sql,
    'date_basis IN (''stated'', ''relative'', ''publication'')',
    'date_basis = ''stated'' OR date_basis = ''relative'' OR date_basis = ''publication''')
WHERE type = 'table' AND name IN ('event_revision', 'report');

UPDATE sqlite_schema SET sql = replace(sql,
    'status IN (''occurred'', ''planned'', ''retracted'')',
    'status = ''occurred'' OR status = ''planned'' OR status = ''retracted''')
WHERE type = 'table' AND name = 'event_revision';

UPDATE sqlite_schema SET sql = replace(sql,
    'kind IN (''government'', ''military'', ''police'', ''armed-group'', ''party'', ''civilian'',
        ''igo'', ''ngo'', ''media'', ''business'', ''criminal'', ''unknown'')',
    'kind = ''government'' OR kind = ''military'' OR kind = ''police'' OR kind = ''armed-group''
        OR kind = ''party'' OR kind = ''civilian'' OR kind = ''igo'' OR kind = ''ngo'' OR kind = ''media''
        OR kind = ''business'' OR kind = ''criminal'' OR kind = ''unknown''')
WHERE type = 'table' AND name = 'event_actor';

UPDATE sqlite_schema SET sql = replace(sql,
    'outcome IN (''fresh'', ''unchanged'', ''waiting'', ''gone'', ''failed'')',
    'outcome = ''fresh'' OR outcome = ''unchanged'' OR outcome = ''waiting'' OR outcome = ''gone''
        OR outcome = ''failed''')
WHERE type = 'table' AND name = 'poll';

PRAGMA writable_schema = RESET;
