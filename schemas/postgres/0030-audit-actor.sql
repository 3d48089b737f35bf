-- What one member of staff has done is asked for, also long ago, in a trail that a nightly document makes long.
CREATE INDEX audit_log_actor ON audit_log (actor, id);
