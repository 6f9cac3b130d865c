CREATE INDEX ON river_job (priority, scheduled_at);
CREATE INDEX ON river_job (state, attempted_at, id);
CREATE INDEX ON river_job (kind);
CREATE INDEX ON river_notification (created_at);
CREATE INDEX ON river_job (state, finalized_at);
CREATE INDEX ON river_job (id, priority);
