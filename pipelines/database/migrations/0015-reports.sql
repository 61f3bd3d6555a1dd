-- How complete the data is, for those who read it: reports and dashboards.

alter view crawler.outlet_health set schema poros;

alter table poros.outlets add proven text;
comment on column poros.outlets.proven is 'From what its declaration is known, and the latest month of each: real page 2024-10; empty: it was not crawled since 2026-11.';

create view poros.outlet_proofs as
select o.outlet, o.title, o.proven, c.first_held_at, c.last_held_at from poros.outlets o left join crawler.outlet_checks c using (outlet);
comment on view poros.outlet_proofs is 'How far it is proven that each outlet is as its declaration says.';
comment on column poros.outlet_proofs.outlet is 'The outlet.';
comment on column poros.outlet_proofs.title is 'The outlet''s name as people write it.';
comment on column poros.outlet_proofs.proven is 'From what its declaration is known, and the latest month of each.';
comment on column poros.outlet_proofs.first_held_at is 'When all checks of scrapy doctor held for the first time; empty: they never did.';
comment on column poros.outlet_proofs.last_held_at is 'When they all held last.';

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
