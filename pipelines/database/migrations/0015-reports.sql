-- How complete the data is, for those who read it: reports and dashboards.

alter view crawler.outlet_health set schema poros;

create view poros.open_issues as
select outlet, kind, subject, detail, degrades, opened_at, last_seen_at, occurrences from crawler.crawl_issues where cleared_at is null;
comment on view poros.open_issues is 'What is not as it should be: one row for each issue that no run has cleared.';
comment on column poros.open_issues.outlet is 'The outlet; empty where all are concerned.';
comment on column poros.open_issues.kind is 'What kind: outlet, route, articles, volume, archive, clock and so on; see docs/operating.md.';
comment on column poros.open_issues.subject is 'Which route, outlet or machine.';
comment on column poros.open_issues.detail is 'What was seen last.';
comment on column poros.open_issues.degrades is 'Whether the runs that meet it are degraded.';
comment on column poros.open_issues.opened_at is 'By which run it was first met (logical clock).';
comment on column poros.open_issues.last_seen_at is 'By which it was met last.';
comment on column poros.open_issues.occurrences is 'How many runs have met it.';
