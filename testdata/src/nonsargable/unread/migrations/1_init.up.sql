CREATE TABLE kept (id bigint PRIMARY KEY, name text NOT NULL);
{{ range .Tenants }}
CREATE TABLE {{ . }}_lost (id bigint PRIMARY KEY, name text NOT NULL);
{{ end }}
