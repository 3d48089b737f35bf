-- Pools of our own, and the addresses and prefixes that belong to lines in a form in which overlaps are found by an index.

CREATE TABLE address_pool (
  name       text PRIMARY KEY,
  -- Grows with every change of its ranges and of the static addresses inside them.
  revision   bigint NOT NULL CHECK (revision > 0),
  ranges     jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE line_prefix (
  line_id bigint NOT NULL REFERENCES line (id) ON DELETE CASCADE,
  kind    text NOT NULL CHECK (kind IN ('static-ip', 'route', 'framed-ipv6', 'delegated-ipv6')),
  prefix  cidr NOT NULL,
  PRIMARY KEY (line_id, kind, prefix)
);
CREATE INDEX line_prefix_overlap ON line_prefix USING gist (prefix inet_ops);

-- A route is the prefix that its text begins with; host bits are as nothing.
CREATE FUNCTION prefixes_of(static_ip text, framed text, delegated text, routes jsonb)
RETURNS TABLE (kind text, prefix cidr) LANGUAGE sql IMMUTABLE AS $$
  SELECT own.kind, network(nullif(own.address, '')::inet)
  FROM (
    VALUES ('static-ip', static_ip), ('framed-ipv6', framed), ('delegated-ipv6', delegated)
    UNION SELECT 'route', split_part(route, ' ', 1) FROM jsonb_array_elements_text(routes) AS route
  ) AS own (kind, address)
  WHERE own.address <> ''
  GROUP BY 1, 2
$$;

INSERT INTO line_prefix
SELECT l.id, own.kind, own.prefix
FROM line l, prefixes_of(l.static_ip, l.framed_ipv6_prefix, l.delegated_ipv6_prefix, l.framed_routes) AS own;

CREATE FUNCTION note_line_prefixes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM line_prefix WHERE line_id = NEW.id;
  INSERT INTO line_prefix
  SELECT NEW.id, own.kind, own.prefix
  FROM prefixes_of(NEW.static_ip, NEW.framed_ipv6_prefix, NEW.delegated_ipv6_prefix, NEW.framed_routes) AS own;
  RETURN NULL;
END $$;
CREATE TRIGGER line_prefixes_of_new AFTER INSERT ON line FOR EACH ROW
  WHEN (NEW.static_ip IS NOT NULL OR NEW.framed_ipv6_prefix <> '' OR NEW.delegated_ipv6_prefix <> ''
    OR NEW.framed_routes <> '[]')
  EXECUTE FUNCTION note_line_prefixes();
CREATE TRIGGER line_prefixes_of_changed AFTER UPDATE ON line FOR EACH ROW
  WHEN ((OLD.static_ip, OLD.framed_ipv6_prefix, OLD.delegated_ipv6_prefix, OLD.framed_routes)
    IS DISTINCT FROM (NEW.static_ip, NEW.framed_ipv6_prefix, NEW.delegated_ipv6_prefix, NEW.framed_routes))
  EXECUTE FUNCTION note_line_prefixes();
