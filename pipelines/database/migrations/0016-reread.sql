-- Archived pages are read again by other rules, and archives of others are read in: neither is the outlet's change.

alter table poros.article_versions add column reread_at timestamptz;
comment on column poros.article_versions.reread_at is 'When this text was read from a page that had been read before, by other rules (scrapy reread): the outlet changed nothing. Empty: it is as the outlet had it.';
comment on column poros.article_versions.fetched_at is 'When the page that this version was read from was fetched.';
comment on column poros.articles.updated_at is 'When its text last changed here, also because it was read again by other rules (first_stored_at if never).';
comment on column poros.story_changes.reason is 'What happened: stored (another article came that links them), text changed, date changed, read again (by other rules), off topic, on topic again, superseded (an aggregator''s copy, by its original), relinked (by another rule), forgotten (somebody asked for the text to be removed).';

create or replace view poros.article_changes as
select v.page_id, a.outlet, p.url, a.headline, v.version_no, v.change, v.fetched_at as changed_at,
       v.fetched_at at time zone 'Asia/Jakarta' as changed_wib, v.modified_at, v.diff, a.story_id
from poros.article_versions v join poros.articles a using (page_id) join crawler.pages p using (page_id)
where v.version_no > 1 and v.reread_at is null
order by v.fetched_at desc, v.page_id, v.version_no desc;

-- As before, without what was only read again.
create or replace view poros.uncorrected_copies as
select u.what, u.corrected_at, u.corrected_at at time zone 'Asia/Jakarta' as corrected_wib,
       u.story_id, u.outlet, u.url, u.headline, u.version_no,
       u.copy_outlet, q.url as copy_url, u.copy_headline, q.fetched_at as copy_read_at, u.page_id, u.copy_page_id
from (
    select nullif(concat_ws(' and ',
               case when lower(c.headline) = lower(old.headline) and lower(c.headline) <> lower(x.headline) then 'headline' end,
               case when has.dropped * 2 >= cardinality(now.dropped) and has.brought * 2 <= cardinality(now.brought)
                   and cardinality(now.dropped) + cardinality(now.brought) > 0 then 'body' end), '') as what,
           v.fetched_at as corrected_at, x.story_id, x.outlet, p.url, x.headline, v.version_no,
           c.outlet as copy_outlet, c.headline as copy_headline, x.page_id, c.page_id as copy_page_id
    from poros.article_versions v
    join poros.articles x on x.page_id = v.page_id and not x.superseded
    join crawler.pages p on p.page_id = v.page_id
    join crawler.fingerprints f on f.page_id = v.page_id
    join poros.article_versions old on old.page_id = v.page_id and old.version_no = v.version_no - 1
    left join crawler.revisions r on r.page_id = v.page_id and r.version_no = v.version_no
    cross join lateral ( -- what the article does not say any more, and what it says instead
        select array(select unnest(r.removed) except select unnest(f.shingles)) as dropped,
               array(select unnest(r.added) intersect select unnest(f.shingles)) as brought
        offset 0 -- once for all copies
    ) now
    cross join lateral (
        select x.story_id union
        select h.from_story_id from poros.story_changes h where h.page_id = x.page_id and h.reason = 'text changed'
    ) told
    join poros.articles c on c.story_id = told.story_id and c.page_id <> x.page_id and not c.superseded
    join crawler.fingerprints cf on cf.page_id = c.page_id
    cross join lateral (
        select count(*) filter (where shingle = any(now.dropped)) as dropped, count(*) filter (where shingle = any(now.brought)) as brought
        from unnest(cf.shingles) shingle
    ) has
    where v.version_no > 1 and v.reread_at is null
    union all
    select 'withdrawn', p.gone_since, x.story_id, x.outlet, p.url, x.headline, null, c.outlet, c.headline, x.page_id, c.page_id
    from crawler.pages p
    join poros.articles x on x.page_id = p.page_id and not x.superseded
    join poros.articles c on c.story_id = x.story_id and c.page_id <> x.page_id and not c.superseded
    where p.gone_since is not null
) u
join crawler.pages q on q.page_id = u.copy_page_id
where u.what is not null and q.gone_since is null;

-- How far a reading of an outlet's archive that was killed had come.
create table crawler.rereadings (
    outlet text not null constraint rereadings_of_outlet references poros.outlets,
    host text not null,
    rules text not null,
    since timestamptz,
    fetched_at timestamptz not null,
    article_id text not null,
    constraint rereadings_pkey primary key (outlet, host)
);
comment on table crawler.rereadings is 'Readings of archives that were begun and not ended: scrapy reread goes on there.';
comment on column crawler.rereadings.outlet is 'The outlet.';
comment on column crawler.rereadings.host is 'The host whose archive it is.';
comment on column crawler.rereadings.rules is 'What it was read by: a hash of the code and the topics. By others it begins anew.';
comment on column crawler.rereadings.since is 'Only what was fetched from then on was to be read; empty: all.';
comment on column crawler.rereadings.fetched_at is 'All that was fetched before then has been read.';
comment on column crawler.rereadings.article_id is 'Of what was fetched just then, the last article that has been read.';

alter table crawler.pages add column imported_from text;
comment on column crawler.pages.imported_from is 'Name of the WARC file that the latest answer was taken from, where somebody else had fetched it (scrapy import-warc); empty: this crawler fetched it.';
create or replace view poros.pages as
select page_id, outlet, article_id, url, aliases, status, reason, route, first_seen_at, fetched_at, gone_since, http_status, original_page_id,
    imported_from
from crawler.pages;
comment on column poros.pages.imported_from is 'Name of the WARC file that the latest answer was taken from, where somebody else had fetched it (scrapy import-warc); empty: this crawler fetched it.';
