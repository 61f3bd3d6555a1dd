-- The two roles of a database: `crawler` owns it and writes, `reader` reads what analysts read (the schema poros) and can do nothing else.
-- To be run in the database by a superuser, before or after its first migration, and as often as you like:
--     psql -d poros -f pipelines/database/roles.sql
-- Neither has a password until it is given one, with \password crawler and \password reader in psql. What somebody else owned in the two
-- schemas is crawler's from then on. The embedded server runs this by itself.

do $$
declare
    statement text;
begin
    foreach statement in array array['create role crawler', 'create role reader'] loop
        begin
            execute statement;
        exception when duplicate_object then null; -- of another database on this server
        end;
    end loop;

    for statement in
        select format('alter schema %I owner to crawler', nspname) from pg_namespace where nspname in ('poros', 'crawler')
        union all
        select format('alter table %s owner to crawler', oid::regclass) from pg_class -- of views, too; indexes and identities follow
        where relnamespace in (select oid from pg_namespace where nspname in ('poros', 'crawler')) and relkind in ('r', 'p', 'v', 'm')
        union all
        select format('alter routine %s owner to crawler', oid::regprocedure) from pg_proc
        where pronamespace in (select oid from pg_namespace where nspname in ('poros', 'crawler'))
        union all
        -- Anybody may call these: take the locks that keep two runs apart, and fill the disk with large objects.
        select format('grant execute on function %1$s to crawler; revoke execute on function %1$s from public', oid::regprocedure) from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(pg_(try_)?advisory_|lo_|lowrite$)'
            and has_function_privilege('public', oid, 'execute') -- not those that read and write the server's files
        union all
        select format('revoke temporary on database %1$I from public; alter database %1$I owner to crawler', current_database())
    loop
        execute statement;
    end loop;

    if exists (select from pg_namespace where nspname = 'poros') then -- else scrapy migrate does it
        grant usage on schema poros to reader;
        grant select on all tables in schema poros to reader;
        alter default privileges for role crawler in schema poros grant select on tables to reader;
    end if;
end
$$;

alter role crawler login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role reader login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
revoke create on schema public from public; -- was everybody's before PostgreSQL 15
