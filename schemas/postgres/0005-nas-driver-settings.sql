-- What a NAS's vendor driver is told: names of services and profiles, units, templates.
ALTER TABLE nas ADD COLUMN driver_settings jsonb NOT NULL DEFAULT '{}';
