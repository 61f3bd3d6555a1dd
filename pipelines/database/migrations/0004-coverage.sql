-- depends: 0002-runs 0003-views
-- How far each route has been followed, what was missed, and which days of the past have been looked at again.

create table routes (
    outlet text not null references outlets,
    route text not null,
    seen_until timestamptz,
    looked_at timestamptz,
    listed_at timestamptz,
    validators jsonb not null default '{}',
    primary key (outlet, route)
);
comment on table routes is 'The ways of finding an outlet''s stories (feed, index by date, tag and so on), one row each: how far each has been followed.';
comment on column routes.outlet is 'The outlet.';
comment on column routes.route is 'Name of the route, as the outlet''s spider has it.';
comment on column routes.seen_until is 'Whatever the route listed before was seen, except in the holes that crawl_issues names; empty: it never came to its end.';
comment on column routes.looked_at is 'When the run that saw so much ended, by the story clock.';
comment on column routes.listed_at is 'When a run last found an article on it; empty: never.';
comment on column routes.validators is 'For each of its lists by URL: ETag and Last-Modified, to ask whether it has changed.';

alter table crawl_runs add column until timestamptz;
comment on column crawl_runs.until is 'Of a backfill: the end of the time it looked at; empty for an ordinary run, which looks up to now.';
alter table crawl_runs add column passed_over integer not null default 0;
comment on column crawl_runs.passed_over is 'Recent articles on lists of all channels that were not asked for, since no word beside the link smelled of the topic.';
alter table crawl_runs add column unchanged integer not null default 0;
comment on column crawl_runs.unchanged is 'Of the article pages visited, those that the outlet said had not changed.';

alter table crawl_issues add column hole_from timestamptz;
alter table crawl_issues add column hole_to timestamptz;
alter table crawl_issues add column closed_at timestamptz;
alter table crawl_issues add check ((hole_from is null) = (hole_to is null) and (closed_at is null or hole_from is not null));
create index crawl_issues_holes on crawl_issues (outlet) where hole_from is not null and closed_at is null;
comment on column crawl_issues.hole_from is 'Of a hole: from when on nothing is known.';
comment on column crawl_issues.hole_to is 'Of a hole: up to when.';
comment on column crawl_issues.closed_at is 'Of a hole: real time at which a later run or a backfill had looked into all of it.';

create table backfilled_days (
    outlet text not null references outlets,
    day date not null,
    run_id bigint not null references crawl_runs,
    primary key (outlet, day)
);
comment on table backfilled_days is 'The days that scrapy backfill has finished, one row an outlet and day: they are not asked for again.';
comment on column backfilled_days.outlet is 'The outlet.';
comment on column backfilled_days.day is 'The day, in Jakarta (WIB).';
comment on column backfilled_days.run_id is 'The run that finished it.';

create view open_holes as
select outlet, subject as route, hole_from, hole_to,
       hole_from at time zone 'Asia/Jakarta' as from_wib, hole_to at time zone 'Asia/Jakarta' as to_wib, run_id
from crawl_issues
where hole_from is not null and closed_at is null;
comment on view open_holes is 'Times of which it is not known whether all stories were seen. scrapy backfill closes them where an outlet has an index of its past.';
comment on column open_holes.outlet is 'The outlet.';
comment on column open_holes.route is 'The route whose list was too short to reach back to the run before.';
comment on column open_holes.hole_from is 'From when on nothing is known.';
comment on column open_holes.hole_to is 'Up to when.';
comment on column open_holes.from_wib is 'hole_from on the clocks of Jakarta (WIB).';
comment on column open_holes.to_wib is 'hole_to on the clocks of Jakarta (WIB).';
comment on column open_holes.run_id is 'The run that noticed.';

comment on column pages.route is 'Name of the route that last listed the page; aggregator where a copy elsewhere led to it.';
