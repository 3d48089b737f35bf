-- Lines of which a volume is used up by a twentieth more, for the messages at 85 % and at the end (product line R02). The
-- database notes it in the transaction of whoever writes consumption, the sink above all, and a worker looks at the lines
-- later: an index over what is consumed would take the sink its updates in place (see 0006). Rows are only added and taken
-- away, so that nobody waits for anybody, and none is lost between a look and the next write.
CREATE TABLE volume_mark (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id bigint NOT NULL
);

CREATE FUNCTION mark_volume() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO volume_mark (line_id) VALUES (NEW.line_id);
  RETURN NULL;
END $$;

-- Not of volumes for slower speeds. A sum of several volumes is seen with the steps of the one that is being used.
CREATE TRIGGER grant_volume_mark AFTER UPDATE OF consumed_octets ON "grant" FOR EACH ROW
  WHEN (NEW.tier = 0 AND NEW.consumed_octets * 20 / greatest(NEW.octets, 1)
    > OLD.consumed_octets * 20 / greatest(OLD.octets, 1))
  EXECUTE FUNCTION mark_volume();

-- Staff look at what failed or waits, newest first.
CREATE INDEX message_by_state ON message (state, id);
