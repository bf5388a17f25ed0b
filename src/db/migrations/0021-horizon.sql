-- What a prognosis rests on (a trained model, signs, signs and the component's age), and prognoses of models in shadow, which
-- are kept beside and lead to nothing.
ALTER TABLE prognosis ADD COLUMN basis text NOT NULL DEFAULT 'signs' CHECK (basis IN ('model', 'signs', 'signs-and-age'));
ALTER TABLE prognosis ADD COLUMN is_shadow boolean NOT NULL DEFAULT false;
-- The device is unlike those the model was trained on: shown, and decides nothing.
ALTER TABLE prognosis ADD COLUMN is_strange boolean NOT NULL DEFAULT false;
-- A device's events in the order they came, for the log a model is asked with.
CREATE INDEX device_event_device ON device_event (device_id, id);
