-- What a NAS gets in every Access-Accept beyond the engine's own attributes, by their names in the dictionaries.
ALTER TABLE nas ADD COLUMN accept_attributes jsonb NOT NULL DEFAULT '{}';
