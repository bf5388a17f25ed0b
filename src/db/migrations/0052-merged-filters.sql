-- Filters of allocation rules follow values that were merged. What counted as what when a run was computed is one of its inputs,
-- stored with it, so that it is repeated the same after another merge; runs before this one followed none.
ALTER TABLE allocation_run ADD COLUMN merged jsonb NOT NULL DEFAULT '[]';
