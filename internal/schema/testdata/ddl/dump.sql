--
-- PostgreSQL database dump
--
\restrict abc
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET default_tablespace = '';
CREATE TABLE public.t (
    id integer NOT NULL,
    name character varying(20) DEFAULT 'a;b'::character varying
);
ALTER TABLE public.t OWNER TO test;
CREATE SEQUENCE public.t_id_seq AS integer START WITH 1;
ALTER TABLE public.t_id_seq OWNER TO test;
ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;
ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT nextval('public.t_id_seq'::regclass);
COPY public.t (id, name) FROM stdin;
1	DROP TABLE t;
2	it's
\.
SELECT pg_catalog.setval('public.t_id_seq', 2, true);
ALTER TABLE ONLY public.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (id);
CREATE INDEX t_name ON public.t USING btree (name);
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE inner_one (x int); END; $$;
CREATE FUNCTION public.one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END;
CREATE RULE r AS ON INSERT TO public.t DO ALSO (DELETE FROM public.t; SELECT 1);
CREATE TRIGGER tr BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();
CREATE TABLE public.after (id integer);
\unrestrict abc

-- schema:
-- table t
--   id integer not null default nextval('public.t_id_seq'::regclass)
--   name varchar(20) default 'a;b'::varchar
--   primary t_pkey btree (id)
--   index t_name btree (name)
-- table after
--   id integer
