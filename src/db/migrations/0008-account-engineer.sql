-- Which engineer an account belongs to: a person's own jobs and the forms of captured work start from it.
ALTER TABLE user_account ADD COLUMN engineer_code text REFERENCES engineer;
