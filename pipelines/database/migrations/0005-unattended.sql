-- What an unattended crawler has to say: how often each outlet is due, debts of runs by hand, which issues somebody was told of, health.

alter table poros.outlets add column period interval;
comment on column poros.outlets.period is 'How often it is to be crawled, as its spider declares.';

alter table crawler.crawl_runs
    add column by_hand boolean not null default false,
    add column finished boolean not null default false;
comment on column crawler.crawl_runs.by_hand is 'Whether somebody named since: then no later run makes up for what this one left undone.';
comment on column crawler.crawl_runs.finished is 'Whether it visited all that was listed, by a clock that is right.';
create index crawl_runs_logical_clock on crawler.crawl_runs (outlet, logical_clock);

alter table crawler.crawl_issues
    add column told_at timestamptz,
    add column reminded_at timestamptz,
    add column clearing_told_at timestamptz;
comment on column crawler.crawl_issues.told_at is 'When a message of its opening was delivered, by the logical clock; empty: nobody was told.';
comment on column crawler.crawl_issues.reminded_at is 'When the last message of it was delivered while it lasted, by the logical clock.';
comment on column crawler.crawl_issues.clearing_told_at is 'When the message of its end was delivered, by the logical clock.';
create index crawl_issues_untold on crawler.crawl_issues (issue_id) where told_at is not null and clearing_told_at is null;
comment on column crawler.crawl_issues.kind is 'Kind of issue: outlet, route, articles, volume, code; of no single outlet: archive, clock, network, storage, spider_file.';
comment on column crawler.crawl_issues.subject is 'The outlet, route, machine or file it is about.';

create view crawler.outlet_health as
select o.outlet, o.period, latest.status, latest.logical_clock as last_run_at, good.logical_clock as last_good_run_at,
       streak.began as since, newest.dated_at as newest_story_at, coalesce(issues.count, 0) as open_issues, coalesce(gaps.count, 0) as open_gaps
from poros.outlets o
left join lateral (
    select r.run_id, r.status, r.logical_clock, r.exit_code is not distinct from 0 as is_good from crawler.crawl_runs r
    where r.outlet = o.outlet and r.until is null and r.status <> 'running' order by r.run_id desc limit 1
) latest on true
left join lateral (
    select r.run_id, r.logical_clock from crawler.crawl_runs r
    where r.outlet = o.outlet and r.until is null and r.exit_code = 0 order by r.run_id desc limit 1
) good on true
left join lateral ( -- the latest run that went unlike the latest
    select max(r.run_id) as run_id from crawler.crawl_runs r
    where r.outlet = o.outlet and r.until is null and r.status <> 'running' and (r.exit_code is not distinct from 0) <> latest.is_good
) other on true
left join lateral (
    select min(r.logical_clock) as began from crawler.crawl_runs r
    where r.outlet = o.outlet and r.until is null and r.status <> 'running' and r.run_id > coalesce(other.run_id, 0)
) streak on true
left join lateral (
    select a.dated_at from poros.articles a where a.outlet = o.outlet and not a.superseded order by a.dated_at desc limit 1
) newest on true
left join lateral (
    select count(*) from crawler.crawl_issues i where i.outlet = o.outlet and i.cleared_at is null
) issues on true
left join lateral (
    select count(*) from crawler.coverage_gaps g where g.outlet = o.outlet and g.closed_at is null
) gaps on true;
comment on view crawler.outlet_health is 'One row for each outlet: how its runs go. All times by the runs'' logical clock.';
comment on column crawler.outlet_health.outlet is 'The outlet.';
comment on column crawler.outlet_health.period is 'How often it is to be crawled.';
comment on column crawler.outlet_health.status is 'How its latest run ended; empty: it never ran.';
comment on column crawler.outlet_health.last_run_at is 'Its latest run, backfills apart.';
comment on column crawler.outlet_health.last_good_run_at is 'Its latest run that ended with exit code 0.';
comment on column crawler.outlet_health.since is 'The first of the latest runs that all went well, or all did not.';
comment on column crawler.outlet_health.newest_story_at is 'When its newest article was published.';
comment on column crawler.outlet_health.open_issues is 'How many of its issues are open.';
comment on column crawler.outlet_health.open_gaps is 'How many coverage gaps it has.';

create view poros.freshness as
select outlet, (first_stored_at at time zone 'Asia/Jakarta')::date as day, count(*) as articles,
       percentile_disc(0.5) within group (order by first_stored_at - published_at) as p50,
       percentile_disc(0.95) within group (order by first_stored_at - published_at) as p95
from poros.articles
where published_precision = 'minute' and first_stored_at - published_at between interval '0' and interval '14 days'
group by outlet, day;
create index articles_stored_day on poros.articles (((first_stored_at at time zone 'Asia/Jakarta')::date), outlet);
comment on view poros.freshness is 'How long after publication articles were stored, by outlet and day; without what a backfill found of older days, and without times known to the day only.';
comment on column poros.freshness.outlet is 'The outlet.';
comment on column poros.freshness.day is 'The day (WIB) on which they were stored.';
comment on column poros.freshness.articles is 'How many articles.';
comment on column poros.freshness.p50 is 'Half of them were stored within this time of publication.';
comment on column poros.freshness.p95 is '95 in 100 of them were.';

-- Both are "articles" now, which the next run judges anew.
update crawler.crawl_issues set cleared_at = last_seen_at where kind in ('fields', 'reading') and cleared_at is null;
