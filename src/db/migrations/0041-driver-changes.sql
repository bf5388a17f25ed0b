-- Drivers are read in one pass and followed job by job: what single jobs changed of a run's driver stands beside its stored column
-- until the column is written whole again.

-- Not IMMUTABLE, because `array_to_string` is not: so the planner puts its body in place of a call for each row.
CREATE OR REPLACE FUNCTION receiver_key(VARIADIC parts text[]) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT md5(array_to_string(parts, E'\x1f', E'\x01'))::uuid $$;

CREATE TABLE allocation_input_change (
  run_id bigint NOT NULL, driver text NOT NULL, currency text NOT NULL,
  receiver_id integer NOT NULL,
  quantity_milli bigint NOT NULL, -- what it is now, not the difference
  PRIMARY KEY (run_id, driver, currency, receiver_id),
  FOREIGN KEY (run_id, driver, currency) REFERENCES allocation_input ON DELETE CASCADE
);

-- A result's hash is of the arrays as the database sends them, so that it can be checked here as well.
CREATE FUNCTION allocation_result_hash(r allocation_result) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT sha256(convert_to(concat_ws('|', r.pool, r.element, r.currency, r.own_minor, r.received_minor, r.sent_minor, r.placed_minor,
     r.unallocated_minor, r.unused_minor), 'UTF8') || sha256(array_send(r.receiver_ids)) || sha256(array_send(r.amounts_minor))) $$;
UPDATE allocation_result r SET hash = allocation_result_hash(r) WHERE hash <> '';

-- The amounts with `n` of them put in: from the place `first` of both lists on. A fact changes few of a pool's amounts.
CREATE FUNCTION with_amounts(amounts bigint[], places integer[], fresh bigint[], first integer, n integer) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  FOR i IN first .. first + n - 1 LOOP
    amounts[places[i]] := fresh[i];
  END LOOP;
  RETURN amounts;
END $$;
