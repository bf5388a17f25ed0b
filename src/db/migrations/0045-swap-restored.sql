-- What disputing a component change gave back: what was learned before it, all of it, some of it, or none, where something else
-- has made the normal anew since. Beside the metrics, what was known of the device as a whole is kept.
ALTER TABLE component_swap ADD COLUMN restored text CHECK (restored IN ('all', 'some', 'none'));
UPDATE component_swap SET learned = json_build_object('series', learned, 'quiet', '[]'::json);
UPDATE component_swap SET restored = 'some' WHERE decision = 'disputed';
