CREATE INDEX ON river_job (state, queue);
CREATE INDEX ON river_job (kind);
CREATE INDEX ON river_notification (created_at);
CREATE INDEX ON river_job (priority, scheduled_at);
CREATE INDEX ON public.river_job USING btree (state, finalized_at) WHERE finalized_at IS NOT NULL;
CREATE INDEX ON river_job (id, priority);
CREATE INDEX ON river_job (state);
CREATE INDEX ON river_job (state, attempted_at, id);
