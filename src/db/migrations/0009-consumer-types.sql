-- The types a consumer handles: events of other types are nothing it could be behind with. NULL until it starts next.
ALTER TABLE consumer ADD COLUMN types text[];
