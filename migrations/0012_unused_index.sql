-- No query looks for stories by the version of their extractor: those that are to be read again are read in the order of
-- their rows.
DROP INDEX story_by_extractor;
