-- What analysts read lies in the schema poros alone, so that a role that may read nothing else finds all of it there.

create view poros.pages as
select page_id, outlet, article_id, url, aliases, status, reason, route, first_seen_at, fetched_at, gone_since, http_status, original_page_id
from crawler.pages;
comment on view poros.pages is 'Every article page ever asked for, one row each, on topic or not, and why it is no article.';

create view poros.schema_migrations as select name, applied_at from crawler.schema_migrations;
comment on view poros.schema_migrations is 'The migrations applied to this database: which version of Poros it belongs to.';

do $$
declare
    of_view text;
    of_column text;
    says text;
begin
    for of_view, of_column, says in
        select view.attrelid::regclass, view.attname, col_description(source.attrelid, source.attnum)
        from pg_attribute view join pg_attribute source on source.attname = view.attname
        where (view.attrelid, source.attrelid) in (
            ('poros.pages'::regclass, 'crawler.pages'::regclass),
            ('poros.schema_migrations'::regclass, 'crawler.schema_migrations'::regclass)
        )
        and view.attnum > 0
    loop
        execute format('comment on column %s.%I is %L', of_view, of_column, says);
    end loop;

    if exists (select from pg_roles where rolname = 'reader') then -- pipelines/database/roles.sql, which came first
        grant usage on schema poros to reader;
        grant select on all tables in schema poros to reader;
        alter default privileges in schema poros grant select on tables to reader;
    end if;
end
$$;
