-- depends: 0002-runs 0003-views
-- How far each route has been followed, what was missed, and which days of the past have been looked at again.

create table routes (
    outlet text not null references outlets,
    route text not null,
    high_water_mark timestamptz,
    completed_at timestamptz,
    last_nonempty_at timestamptz,
    validators jsonb not null default '{}',
    primary key (outlet, route)
);
comment on table routes is 'The ways of finding an outlet''s stories (feed, index by date, tag and so on), one row each: how far each has been followed.';
comment on column routes.outlet is 'The outlet.';
comment on column routes.route is 'Name of the route, as the outlet''s spider has it.';
comment on column routes.high_water_mark is 'Whatever the route listed before was seen, except in the holes that crawl_issues names; empty: it never came to its end.';
comment on column routes.completed_at is 'When the run that saw so much ended, by the logical clock.';
comment on column routes.last_nonempty_at is 'When a run last found an article on it; empty: never.';
comment on column routes.validators is 'For each of its lists by URL: ETag and Last-Modified, to ask whether it has changed.';

alter table crawl_runs add column until timestamptz;
comment on column crawl_runs.until is 'Of a backfill: the end of the time it looked at; empty for an ordinary run, which looks up to now.';
alter table crawl_runs add column filtered_out integer not null default 0;
comment on column crawl_runs.filtered_out is 'Recent articles on lists of all channels that were not asked for, since no word beside the link smelled of the topic.';
alter table crawl_runs add column unchanged integer not null default 0;
comment on column crawl_runs.unchanged is 'Of the article pages visited, those that the outlet said had not changed.';

alter table crawl_issues add column gap_from timestamptz;
alter table crawl_issues add column gap_to timestamptz;
alter table crawl_issues add column closed_at timestamptz;
alter table crawl_issues add check ((gap_from is null) = (gap_to is null) and (closed_at is null or gap_from is not null));
create index crawl_issues_gaps on crawl_issues (outlet) where gap_from is not null and closed_at is null;
comment on column crawl_issues.gap_from is 'Of a hole: from when on nothing is known.';
comment on column crawl_issues.gap_to is 'Of a hole: up to when.';
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

create view open_gaps as
select outlet, subject as route, gap_from, gap_to,
       gap_from at time zone 'Asia/Jakarta' as from_wib, gap_to at time zone 'Asia/Jakarta' as to_wib, run_id
from crawl_issues
where gap_from is not null and closed_at is null;
comment on view open_gaps is 'Times of which it is not known whether all stories were seen. scrapy backfill closes them where an outlet has an index of its past.';
comment on column open_gaps.outlet is 'The outlet.';
comment on column open_gaps.route is 'The route whose list was too short to reach back to the run before.';
comment on column open_gaps.gap_from is 'From when on nothing is known.';
comment on column open_gaps.gap_to is 'Up to when.';
comment on column open_gaps.from_wib is 'gap_from on the clocks of Jakarta (WIB).';
comment on column open_gaps.to_wib is 'gap_to on the clocks of Jakarta (WIB).';
comment on column open_gaps.run_id is 'The run that noticed.';

comment on column pages.route is 'Name of the route that last listed the page; aggregator where a copy elsewhere led to it.';
