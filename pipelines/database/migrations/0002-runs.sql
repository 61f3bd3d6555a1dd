-- depends: 0001-pages-and-articles
-- The ledger: what every run did, so that silence never looks like health.

create table crawl_runs (
    run_id bigint generated always as identity primary key,
    outlet text not null references outlets,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    logical_clock timestamptz not null,
    since timestamptz not null,
    status text not null check (status in ('running', 'ok', 'degraded', 'partial', 'failed', 'abandoned')),
    complete boolean not null default false,
    reason text,
    exit_code integer,
    listed integer not null default 0,
    known integer not null default 0,
    fetched integer not null default 0,
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
    check ((status = 'running') = (finished_at is null))
);
create unique index crawl_runs_running on crawl_runs (outlet) where status = 'running';
create index crawl_runs_outlet on crawl_runs (outlet, run_id desc);
comment on table crawl_runs is 'One row for each run of each outlet, closed whatever happens.';
comment on column crawl_runs.run_id is 'Number of the run.';
comment on column crawl_runs.outlet is 'The outlet crawled.';
comment on column crawl_runs.started_at is 'Real time of the start, whatever the logical clock said.';
comment on column crawl_runs.finished_at is 'Real time of the end; empty while it runs.';
comment on column crawl_runs.logical_clock is 'What the crawl took for now: the real time, unless a recorded day was replayed.';
comment on column crawl_runs.since is 'How far back the run was to look.';
comment on column crawl_runs.status is 'running, ok, degraded (below what the outlet should give), partial (out of time or pages), failed, abandoned (killed; found by the next run).';
comment on column crawl_runs.complete is 'Whether at least one route looked back all the way to since.';
comment on column crawl_runs.reason is 'Why it is not ok, in words.';
comment on column crawl_runs.exit_code is 'How its process ended: 0 fine, 1 degraded, 3 database unavailable.';
comment on column crawl_runs.listed is 'Article pages found on the outlet''s lists.';
comment on column crawl_runs.known is 'Of these, pages visited before.';
comment on column crawl_runs.fetched is 'Article pages visited.';
comment on column crawl_runs.on_topic is 'Of these, articles in the bands about and review.';
comment on column crawl_runs.new is 'Articles stored for the first time.';
comment on column crawl_runs.updated is 'Articles whose text had changed.';
comment on column crawl_runs.rejected is 'Pages that cannot be articles.';
comment on column crawl_runs.failed is 'Pages with no usable answer.';
comment on column crawl_runs.seconds is 'How long it took.';
comment on column crawl_runs.routes is 'For each route what it found and how far back it got.';
comment on column crawl_runs.stats is 'All counters of the run.';
comment on column crawl_runs.host is 'Host name of the machine it ran on.';
comment on column crawl_runs.pid is 'Process id on that machine.';

create table crawl_issues (
    issue_id bigint generated always as identity primary key,
    run_id bigint not null references crawl_runs,
    outlet text not null references outlets,
    kind text not null,
    subject text,
    detail text,
    created_at timestamptz not null default clock_timestamp()
);
create index crawl_issues_run on crawl_issues (run_id);
comment on table crawl_issues is 'What was not as expected in a run, one row each: for a person to look at.';
comment on column crawl_issues.issue_id is 'Number of the issue.';
comment on column crawl_issues.run_id is 'The run it was found in.';
comment on column crawl_issues.outlet is 'The outlet it concerns.';
comment on column crawl_issues.kind is 'Kind of issue.';
comment on column crawl_issues.subject is 'The page, route or field it is about.';
comment on column crawl_issues.detail is 'What was expected and what was found.';
comment on column crawl_issues.created_at is 'Real time at which it was noted.';
