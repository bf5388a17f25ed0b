-- Peers by production lot, by firmware and by product alone, and what a new device needs of them to begin with. What was learned
-- before stays until the next night, with the spread of single values in place of what was not kept.
ALTER TABLE peer_normal RENAME COLUMN firmware TO member; -- the firmware or the lot; '' = not known, or a whole product
ALTER TABLE peer_normal
  ADD COLUMN cohort text NOT NULL DEFAULT 'firmware' CHECK (cohort IN ('lot', 'firmware', 'product')),
  ADD COLUMN slow double precision NOT NULL DEFAULT 0 CHECK (slow >= 0), -- how far the level of half a day wanders, third quartile of devices
  ADD COLUMN scatter double precision NOT NULL DEFAULT 0 CHECK (scatter >= 0), -- mean distance of values from that level, third quartile
  ADD COLUMN learned_hours double precision NOT NULL DEFAULT 168 CHECK (learned_hours >= 0); -- behind a device's normal, median
UPDATE peer_normal SET slow = spread, scatter = spread;
ALTER TABLE peer_normal
  ALTER COLUMN cohort DROP DEFAULT, ALTER COLUMN slow DROP DEFAULT, ALTER COLUMN scatter DROP DEFAULT,
  ALTER COLUMN learned_hours DROP DEFAULT,
  DROP CONSTRAINT peer_normal_pkey,
  ADD PRIMARY KEY (product_code, cohort, member, mode, metric);
