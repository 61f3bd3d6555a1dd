-- The ledger: what every run did, how far each route has been followed, and what was not as it should be.

create table crawler.crawl_runs (
    run_id bigint generated always as identity constraint crawl_runs_pkey primary key,
    outlet text not null constraint crawl_runs_of_outlet references poros.outlets,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    logical_clock timestamptz not null,
    since timestamptz not null,
    until timestamptz,
    status text not null,
    complete boolean not null default false,
    reason text,
    exit_code integer,
    listed integer not null default 0,
    known integer not null default 0,
    filtered_out integer not null default 0,
    fetched integer not null default 0,
    unchanged integer not null default 0,
    on_topic integer not null default 0,
    new integer not null default 0,
    updated integer not null default 0,
    rejected integer not null default 0,
    failed integer not null default 0,
    seconds double precision,
    routes jsonb not null default '{}',
    stats jsonb not null default '{}',
    host text not null,
    pid integer not null,
    constraint crawl_runs_status check (status in ('running', 'ok', 'degraded', 'partial', 'failed', 'abandoned')),
    constraint crawl_runs_finished check ((status = 'running') = (finished_at is null))
);
create unique index crawl_runs_running on crawler.crawl_runs (outlet) where status = 'running';
create index crawl_runs_outlet on crawler.crawl_runs (outlet, run_id);
create index crawl_runs_started on crawler.crawl_runs (started_at);
comment on table crawler.crawl_runs is 'One row for each run of each outlet, closed whatever happens; scrapy prune deletes old ones.';
comment on column crawler.crawl_runs.run_id is 'Number of the run.';
comment on column crawler.crawl_runs.outlet is 'The outlet crawled.';
comment on column crawler.crawl_runs.started_at is 'Real time of the start, whatever the logical clock said.';
comment on column crawler.crawl_runs.finished_at is 'Real time of the end; empty while it runs.';
comment on column crawler.crawl_runs.logical_clock is 'What the crawl took for now: the real time, unless a recorded day was replayed.';
comment on column crawler.crawl_runs.since is 'How far back the run was to look.';
comment on column crawler.crawl_runs.until is 'Of a backfill: the end of the time it looked at; empty for an ordinary run, which looks up to now.';
comment on column crawler.crawl_runs.status is 'running, ok, degraded (below what the outlet should give), partial (out of time or pages), failed, abandoned (killed; found by the next run).';
comment on column crawler.crawl_runs.complete is 'Whether at least one route looked back all the way to since.';
comment on column crawler.crawl_runs.reason is 'Why it is not ok, in words.';
comment on column crawler.crawl_runs.exit_code is 'How its process ended: 0 fine, 1 degraded, 3 database unavailable.';
comment on column crawler.crawl_runs.listed is 'Article pages found on the outlet''s lists.';
comment on column crawler.crawl_runs.known is 'Of these, pages visited before.';
comment on column crawler.crawl_runs.filtered_out is 'Recent articles on lists of all channels that were not asked for: the keyword prefilter found no word of a topic beside the link.';
comment on column crawler.crawl_runs.fetched is 'Article pages visited.';
comment on column crawler.crawl_runs.unchanged is 'Of the article pages visited, those that the outlet said had not changed.';
comment on column crawler.crawl_runs.on_topic is 'Of the article pages visited, articles in the bands about and review of some topic.';
comment on column crawler.crawl_runs.new is 'Articles stored for the first time.';
comment on column crawler.crawl_runs.updated is 'Articles whose text had changed.';
comment on column crawler.crawl_runs.rejected is 'Pages that cannot be articles.';
comment on column crawler.crawl_runs.failed is 'Pages with no usable answer.';
comment on column crawler.crawl_runs.seconds is 'How long it took.';
comment on column crawler.crawl_runs.routes is 'For each route what it found and how far back it got.';
comment on column crawler.crawl_runs.stats is 'All counters of the run.';
comment on column crawler.crawl_runs.host is 'Host name of the machine it ran on.';
comment on column crawler.crawl_runs.pid is 'Process id on that machine.';

create table crawler.crawl_issues (
    issue_id bigint generated always as identity constraint crawl_issues_pkey primary key,
    outlet text constraint crawl_issues_of_outlet references poros.outlets,
    kind text not null,
    subject text not null,
    detail text not null,
    degrades boolean not null,
    opened_at timestamptz not null,
    last_seen_at timestamptz not null,
    occurrences integer not null default 1,
    cleared_at timestamptz,
    run_id bigint constraint crawl_issues_of_run references crawler.crawl_runs on delete set null,
    constraint crawl_issues_occurrences check (occurrences > 0)
);
create unique index crawl_issues_open on crawler.crawl_issues (coalesce(outlet, ''), kind, md5(subject)) where cleared_at is null;
create index crawl_issues_run on crawler.crawl_issues (run_id);
comment on table crawler.crawl_issues is 'What was not as expected, for a person to look at: one row from the run that met it first to the run that met it no more.';
comment on column crawler.crawl_issues.issue_id is 'Number of the issue.';
comment on column crawler.crawl_issues.outlet is 'The outlet it concerns; empty: all of them.';
comment on column crawler.crawl_issues.kind is 'Kind of issue: outlet, route, fields, reading, articles, code, spider_file.';
comment on column crawler.crawl_issues.subject is 'The outlet, route, field or file it is about.';
comment on column crawler.crawl_issues.detail is 'What was expected and what was found, the last time.';
comment on column crawler.crawl_issues.degrades is 'Whether it makes a run degraded.';
comment on column crawler.crawl_issues.opened_at is 'When a run first met it, by the run''s logical clock.';
comment on column crawler.crawl_issues.last_seen_at is 'When a run last met it, by the run''s logical clock.';
comment on column crawler.crawl_issues.occurrences is 'How many runs have met it.';
comment on column crawler.crawl_issues.cleared_at is 'When a run that would have met it did not, by its logical clock; empty: it is open.';
comment on column crawler.crawl_issues.run_id is 'The run that met it last.';

create table crawler.routes (
    outlet text not null constraint routes_of_outlet references poros.outlets,
    route text not null,
    high_water_mark timestamptz,
    completed_at timestamptz,
    last_nonempty_at timestamptz,
    validators jsonb not null default '{}',
    constraint routes_pkey primary key (outlet, route)
);
comment on table crawler.routes is 'The ways of finding an outlet''s articles (feed, index by date, tag and so on), one row each: how far each has been followed.';
comment on column crawler.routes.outlet is 'The outlet.';
comment on column crawler.routes.route is 'Name of the route, as the outlet''s spider has it.';
comment on column crawler.routes.high_water_mark is 'Whatever the route listed before was seen, except in coverage_gaps; empty: it never came to its end.';
comment on column crawler.routes.completed_at is 'When the run that saw so much ended, by the logical clock.';
comment on column crawler.routes.last_nonempty_at is 'When a run last found an article on it; empty: never.';
comment on column crawler.routes.validators is 'For each of its lists by URL: ETag and Last-Modified, to ask whether it has changed.';

create table crawler.coverage_gaps (
    gap_id bigint generated always as identity constraint coverage_gaps_pkey primary key,
    outlet text not null constraint coverage_gaps_of_outlet references poros.outlets,
    route text not null,
    gap_from timestamptz not null,
    gap_to timestamptz not null,
    noticed_at timestamptz not null default clock_timestamp(),
    closed_at timestamptz,
    constraint coverage_gaps_order check (gap_from <= gap_to)
);
create index coverage_gaps_open on crawler.coverage_gaps (outlet) where closed_at is null;
comment on table crawler.coverage_gaps is 'Times of which it is not known whether all articles of an outlet were seen.';
comment on column crawler.coverage_gaps.gap_id is 'Number of the gap.';
comment on column crawler.coverage_gaps.outlet is 'The outlet.';
comment on column crawler.coverage_gaps.route is 'The route whose list was too short to reach back to the run before.';
comment on column crawler.coverage_gaps.gap_from is 'From when on nothing is known.';
comment on column crawler.coverage_gaps.gap_to is 'Up to when.';
comment on column crawler.coverage_gaps.noticed_at is 'Real time at which a run noticed.';
comment on column crawler.coverage_gaps.closed_at is 'Real time at which a later run or a backfill had looked at all of it; empty: it is open.';

create table crawler.backfilled_days (
    outlet text not null constraint backfilled_days_of_outlet references poros.outlets,
    day date not null,
    finished_at timestamptz not null default clock_timestamp(),
    constraint backfilled_days_pkey primary key (outlet, day)
);
comment on table crawler.backfilled_days is 'The days that scrapy backfill has finished, one row an outlet and day: they are not asked for again.';
comment on column crawler.backfilled_days.outlet is 'The outlet.';
comment on column crawler.backfilled_days.day is 'The day, in Jakarta (WIB).';
comment on column crawler.backfilled_days.finished_at is 'Real time at which a run had finished it.';
