-- How long the article is that has a shingle: most that are met while candidates are looked up are too long to share enough with so few hits.

alter table crawler.shingles add column size integer;
update crawler.shingles set size = cardinality(f.shingles) from crawler.fingerprints f where f.page_id = shingles.page_id;
delete from crawler.shingles where size is null;
alter table crawler.shingles
    alter column size set not null,
    drop constraint shingles_pkey,
    add constraint shingles_pkey primary key (shingle, dated_at, page_id) include (outlet, size);
comment on column crawler.shingles.size is 'How many shingles that article has, all of them.';

comment on column poros.near_duplicates.kind is 'copy (two of one story: at least 70 % of the shorter one, and 20 % of the longer) or contains (at least half of one stands in the other, as in a round-up, and they may be of two stories).';

-- The same rows as before, found from the corrections asked for: the newest, those of a story.
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
    where v.version_no > 1
    union all
    select 'withdrawn', p.gone_since, x.story_id, x.outlet, p.url, x.headline, null, c.outlet, c.headline, x.page_id, c.page_id
    from crawler.pages p
    join poros.articles x on x.page_id = p.page_id and not x.superseded
    join poros.articles c on c.story_id = x.story_id and c.page_id <> x.page_id and not c.superseded
    where p.gone_since is not null
) u
join crawler.pages q on q.page_id = u.copy_page_id
where u.what is not null and q.gone_since is null;
