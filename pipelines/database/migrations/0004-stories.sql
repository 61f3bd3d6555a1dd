-- Stories by one parent each, judged anew whenever a neighbour changes; their history; what a revision took out of a text and put in.
-- What is stored is linked by the new rule when scrapy relink has been run.

alter table crawler.fingerprints
    add column standing bigint[] not null default '{}',
    add column distinctive integer not null default 0,
    add column indexed_at timestamptz,
    add column linked_by text;
create index fingerprints_linked_by on crawler.fingerprints (linked_by);
comment on column crawler.fingerprints.standing is 'Of the shingles, those that do not count: the outlet uses them again and again.';
comment on column crawler.fingerprints.distinctive is 'How many of the shingles do count.';
comment on column crawler.fingerprints.indexed_at is 'The date under which it is in crawler.shingles; empty: it is compared with nothing (off topic, superseded, not linked yet).';
comment on column crawler.fingerprints.linked_by is 'Versions of the fingerprint and of the rule that it was last linked by; others than today''s: scrapy relink.';
insert into crawler.fingerprints (page_id, version, body_sha256, shingles) -- of articles that were put off topic by a re-read
    select page_id, '', repeat('0', 64), '{}' from poros.articles on conflict do nothing;

create table crawler.shingles (
    shingle bigint not null,
    dated_at timestamptz not null,
    page_id bigint not null, -- no foreign key: its check would take as long as the rest of writing an article
    outlet text not null,
    constraint shingles_pkey primary key (shingle, dated_at, page_id) include (outlet)
);
comment on table crawler.shingles is 'Where near-duplicates are looked up: every fourth shingle (by its hash) of each article that takes part.';
comment on column crawler.shingles.shingle is 'Hash of a run of a few words.';
comment on column crawler.shingles.dated_at is 'Date of the article.';
comment on column crawler.shingles.page_id is 'The article.';
comment on column crawler.shingles.outlet is 'Its outlet.';

alter table poros.near_duplicates
    drop constraint near_duplicates_kind,
    add column distinctive_a integer,
    add column distinctive_b integer,
    add column share_a double precision generated always as (shared_shingles::double precision / nullif(distinctive_a, 0)) stored,
    add column share_b double precision generated always as (shared_shingles::double precision / nullif(distinctive_b, 0)) stored;
update poros.near_duplicates set kind = case kind when 'partial_copy' then 'contains' else 'copy' end;
alter table poros.near_duplicates add constraint near_duplicates_kind check (kind in ('copy', 'contains'));
comment on table poros.near_duplicates is 'Pairs of articles that share text, at most seven days apart.';
comment on column poros.near_duplicates.kind is 'copy (two of one story: at least 70 % of the shorter one, and 30 % of the longer) or contains (at least half of one stands in the other, as in a round-up, and they may be of two stories).';
comment on column poros.near_duplicates.distinctive_a is 'How many distinctive shingles page_a has: those that its outlet does not use again and again.';
comment on column poros.near_duplicates.distinctive_b is 'How many page_b has.';
comment on column poros.near_duplicates.share_a is 'Share of page_a''s text that stands in page_b, 0 to 1.';
comment on column poros.near_duplicates.share_b is 'Share of page_b''s text that stands in page_a, 0 to 1.';

alter table poros.articles
    add column copied_from bigint constraint articles_copied_from references poros.articles,
    add column replaces bigint constraint articles_replaces references poros.articles,
    add constraint articles_not_copied_from_itself check (copied_from <> page_id);
update poros.articles set copied_from = first.page_id -- until they are linked anew
    from (select distinct on (story_id) story_id, page_id from poros.articles order by story_id, dated_at, page_id) first
    where articles.story_id = first.story_id and articles.page_id <> first.page_id;
create index stories_merged on poros.stories (merged_into) where merged_into is not null;
create index pages_gone on crawler.pages (gone_since) where gone_since is not null;
create index articles_copies on poros.articles (copied_from) where copied_from is not null;
create index articles_of_aggregators on poros.articles (outlet) where original_url is not null;
comment on column poros.articles.copied_from is 'The article it shares most of its text with, of those dated earlier: so stories are put together. Empty: it is the first of its story.';
comment on column poros.articles.replaces is 'The article that stood at the same address before the outlet used it for another text.';

create table poros.story_changes (
    change_id bigint generated always as identity constraint story_changes_pkey primary key,
    page_id bigint not null constraint story_changes_of_article references poros.articles,
    from_story_id bigint not null constraint story_changes_from references poros.stories,
    to_story_id bigint not null constraint story_changes_to references poros.stories,
    reason text not null,
    cause_page_id bigint constraint story_changes_cause references poros.articles,
    changed_at timestamptz not null default clock_timestamp()
);
create index story_changes_page on poros.story_changes (page_id);
create index story_changes_from on poros.story_changes (from_story_id);
create index story_changes_to on poros.story_changes (to_story_id);
comment on table poros.story_changes is 'Each time that an article went from one story to another, and why.';
comment on column poros.story_changes.change_id is 'Number of the change, in the order in which they came.';
comment on column poros.story_changes.page_id is 'The article.';
comment on column poros.story_changes.from_story_id is 'The story it belonged to.';
comment on column poros.story_changes.to_story_id is 'The story it belongs to since.';
comment on column poros.story_changes.reason is 'What happened: stored (another article came that links them), text changed, date changed, off topic, on topic again, superseded (an aggregator''s copy, by its original), relinked (by another rule).';
comment on column poros.story_changes.cause_page_id is 'The article it happened to; empty when several were linked anew at once.';
comment on column poros.story_changes.changed_at is 'Real time of the change.';

alter table poros.article_versions
    add column change text constraint article_versions_change check (change in ('headline', 'subtitle', 'body', 'both')),
    add column diff text;
comment on column poros.article_versions.change is 'What differs in words from the version before: headline (perhaps the subtitle, too), subtitle, body, or both (body and one of these); empty for the first.';
comment on column poros.article_versions.diff is 'The change as a unified diff of headline, subtitle and paragraphs; empty for the first.';

create table crawler.revisions (
    page_id bigint not null,
    version_no integer not null,
    removed bigint[] not null,
    added bigint[] not null,
    constraint revisions_pkey primary key (page_id, version_no),
    constraint revisions_of_version foreign key (page_id, version_no) references poros.article_versions (page_id, version_no)
);
comment on table crawler.revisions is 'Which shingles of a body a new version lacks, and which it has for the first time.';
comment on column crawler.revisions.page_id is 'The article.';
comment on column crawler.revisions.version_no is 'The version that brought the change.';
comment on column crawler.revisions.removed is 'Shingles of the version before that are no more.';
comment on column crawler.revisions.added is 'Shingles that the version before lacks.';

create view poros.article_changes as
select v.page_id, a.outlet, p.url, a.headline, v.version_no, v.change, v.fetched_at as changed_at,
       v.fetched_at at time zone 'Asia/Jakarta' as changed_wib, v.modified_at, v.diff, a.story_id
from poros.article_versions v join poros.articles a using (page_id) join crawler.pages p using (page_id)
where v.version_no > 1
order by v.fetched_at desc, v.page_id, v.version_no desc;
create index article_versions_changed on poros.article_versions (fetched_at desc, page_id, version_no desc) where version_no > 1;
comment on view poros.article_changes is 'What outlets changed in their articles, the newest change first.';
comment on column poros.article_changes.page_id is 'The article.';
comment on column poros.article_changes.outlet is 'Its outlet.';
comment on column poros.article_changes.url is 'Its canonical URL.';
comment on column poros.article_changes.headline is 'Its headline today.';
comment on column poros.article_changes.version_no is 'Number of the version that the change made; what was before is in article_versions.';
comment on column poros.article_changes.change is 'What differs in words: headline (perhaps the subtitle, too), subtitle, body, or both.';
comment on column poros.article_changes.changed_at is 'When the change was first read.';
comment on column poros.article_changes.changed_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column poros.article_changes.modified_at is 'When the outlet says it made it.';
comment on column poros.article_changes.diff is 'The change as a unified diff: lines with - are the text before, with + the text after. Empty for changes stored before 2026-12.';
comment on column poros.article_changes.story_id is 'The story the article belongs to.';

-- Between which instants an article was published. A date is its day in Jakarta; "22 hours ago" is up to one such unit earlier than it says.
create function poros.published_between(at timestamptz, kind text, stored timestamptz) returns tstzrange immutable parallel safe
return case
    when at is null then tstzrange(null, stored, '[]')
    when kind = 'day' then tstzrange(date_trunc('day', at, 'Asia/Jakarta'), date_trunc('day', at, 'Asia/Jakarta') + interval '1 day', '[]')
    when kind = 'approximate' then tstzrange(at - case when stored - at >= interval '1 day' then interval '1 day'
        when stored - at >= interval '1 hour' then interval '1 hour' else interval '1 minute' end, at, '[]')
    else tstzrange(at, at, '[]')
end;
comment on function poros.published_between is 'Between which instants an article was published: its published_at, published_precision and first_stored_at.';

create view poros.story_spread as
select a.story_id, a.page_id, a.outlet, p.url, a.headline,
       case when a.copied_from is null then 'original'
            when f.distinctive >= 1.25 * fo.distinctive then 'extended'
            when f.distinctive <= 0.8 * fo.distinctive then 'cut'
            else 'copy' end as role,
       a.published_at, a.published_at at time zone 'Asia/Jakarta' as published_wib, a.published_precision,
       case when a.page_id = o.page_id then 0
            else floor(extract(epoch from lower(told.at) - upper(first.at)) / 60)::integer end as minutes_behind_least,
       case when a.page_id = o.page_id then 0
            else floor(extract(epoch from upper(told.at) - lower(first.at)) / 60)::integer end as minutes_behind_most,
       case when n.page_a = a.page_id then n.share_a else n.share_b end as share_copied,
       case when n.page_a = a.page_id then n.share_b else n.share_a end as share_of_source,
       a.copied_from, a.agencies,
       a.original_url is null and not exists (select from poros.articles b where b.outlet = a.outlet and b.original_url is not null) as is_outlet,
       p.status, p.gone_since
from poros.articles a
join crawler.pages p on p.page_id = a.page_id
join crawler.fingerprints f on f.page_id = a.page_id
cross join lateral (
    select m.page_id, m.published_at, m.published_precision, m.first_stored_at from poros.articles m
    where m.story_id = a.story_id and m.copied_from is null and not m.superseded order by m.dated_at, m.page_id limit 1
) o
join crawler.fingerprints fo on fo.page_id = o.page_id
cross join lateral (select poros.published_between(a.published_at, a.published_precision, a.first_stored_at) as at) told
cross join lateral (select poros.published_between(o.published_at, o.published_precision, o.first_stored_at) as at) first
left join poros.near_duplicates n on n.page_a = least(a.page_id, a.copied_from) and n.page_b = greatest(a.page_id, a.copied_from)
where not a.superseded;
comment on view poros.story_spread is 'How a story spread: each of its articles beside the first.';
comment on column poros.story_spread.story_id is 'The story.';
comment on column poros.story_spread.page_id is 'The article.';
comment on column poros.story_spread.outlet is 'Its outlet.';
comment on column poros.story_spread.url is 'Its canonical URL.';
comment on column poros.story_spread.headline is 'Its headline.';
comment on column poros.story_spread.role is 'original (the first), or beside it: copy, extended (a quarter longer or more), cut (a fifth shorter or more).';
comment on column poros.story_spread.published_at is 'When it was published.';
comment on column poros.story_spread.published_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column poros.story_spread.published_precision is 'How exactly that is known: minute, day or approximate.';
comment on column poros.story_spread.minutes_behind_least is 'How many minutes it came after the original, at least; negative: it may have come before; empty: not known.';
comment on column poros.story_spread.minutes_behind_most is 'How many at most: the same where both times are exact to the minute; empty: not known.';
comment on column poros.story_spread.share_copied is 'Share of its distinctive text that stands in the article it was taken from, 0 to 1.';
comment on column poros.story_spread.share_of_source is 'Share of that article''s distinctive text that it took over, 0 to 1.';
comment on column poros.story_spread.copied_from is 'The article it was taken from: of those dated earlier, the most similar one.';
comment on column poros.story_spread.agencies is 'News agencies whose copy or picture it leans on.';
comment on column poros.story_spread.is_outlet is 'Whether it counts as an outlet that carries the story: an aggregator''s copy does not.';
comment on column poros.story_spread.status is 'stored, gone, or off_topic (it was on topic before).';
comment on column poros.story_spread.gone_since is 'Since when the outlet has been answering that it is not there; empty: it is there.';

create view poros.uncorrected_copies as
with changes as ( -- what an article does not say any more, and what it says instead
    select x.page_id, x.story_id, x.headline, v.version_no, v.fetched_at, old.headline as old_headline,
           array(select unnest(r.removed) except select unnest(f.shingles)) as dropped,
           array(select unnest(r.added) intersect select unnest(f.shingles)) as brought
    from poros.article_versions v join poros.articles x using (page_id) join crawler.fingerprints f using (page_id)
    join poros.article_versions old on old.page_id = v.page_id and old.version_no = v.version_no - 1
    left join crawler.revisions r on r.page_id = v.page_id and r.version_no = v.version_no
    where not x.superseded
), uncorrected as (
    select x.page_id, c.page_id as copy_page_id, x.version_no, x.fetched_at as corrected_at, nullif(concat_ws(' and ',
               case when lower(c.headline) = lower(x.old_headline) and lower(c.headline) <> lower(x.headline) then 'headline' end,
               case when has.dropped * 2 >= cardinality(x.dropped) and has.brought * 2 <= cardinality(x.brought)
                   and cardinality(x.dropped) + cardinality(x.brought) > 0 then 'body' end), '') as what
    from changes x
    join poros.articles c on c.page_id <> x.page_id and not c.superseded and (c.story_id = x.story_id or c.story_id in (
        select from_story_id from poros.story_changes h where h.page_id = x.page_id and h.reason = 'text changed'))
    join crawler.fingerprints f on f.page_id = c.page_id
    cross join lateral (
        select count(*) filter (where shingle = any(x.dropped)) as dropped, count(*) filter (where shingle = any(x.brought)) as brought
        from unnest(f.shingles) shingle
    ) has
    union all
    select x.page_id, c.page_id, null, p.gone_since, 'withdrawn'
    from crawler.pages p join poros.articles x using (page_id)
    join poros.articles c on c.story_id = x.story_id and c.page_id <> x.page_id
    where p.gone_since is not null and not x.superseded and not c.superseded
)
select u.what, u.corrected_at, u.corrected_at at time zone 'Asia/Jakarta' as corrected_wib,
       x.story_id, x.outlet, p.url, x.headline, u.version_no,
       c.outlet as copy_outlet, q.url as copy_url, c.headline as copy_headline, q.fetched_at as copy_read_at, u.page_id, u.copy_page_id
from uncorrected u
join poros.articles x on x.page_id = u.page_id join crawler.pages p on p.page_id = u.page_id
join poros.articles c on c.page_id = u.copy_page_id join crawler.pages q on q.page_id = u.copy_page_id
where u.what is not null and q.gone_since is null;
comment on view poros.uncorrected_copies is 'Articles that one outlet corrected or took down, and their copies that still say what was said before: one row a correction and copy.';
comment on column poros.uncorrected_copies.what is 'What the copy still has: headline, body, headline and body (of the version before), or withdrawn: an article that is gone at the other outlet.';
comment on column poros.uncorrected_copies.corrected_at is 'When the correction was first read, or the article was first found gone.';
comment on column poros.uncorrected_copies.corrected_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column poros.uncorrected_copies.story_id is 'The story.';
comment on column poros.uncorrected_copies.outlet is 'The outlet that corrected it.';
comment on column poros.uncorrected_copies.url is 'Its article.';
comment on column poros.uncorrected_copies.headline is 'Its headline today.';
comment on column poros.uncorrected_copies.version_no is 'The version with the correction: article_changes shows it. Empty where it was withdrawn.';
comment on column poros.uncorrected_copies.copy_outlet is 'The outlet with the copy.';
comment on column poros.uncorrected_copies.copy_url is 'The copy.';
comment on column poros.uncorrected_copies.copy_headline is 'Its headline.';
comment on column poros.uncorrected_copies.copy_read_at is 'When the copy was last read: before corrected_at, it may have followed since.';
comment on column poros.uncorrected_copies.page_id is 'Number of the article.';
comment on column poros.uncorrected_copies.copy_page_id is 'Number of the copy.';

create or replace view poros.current_stories as
select told.topic, s.story_id, told.headline, told.first_outlet, told.first_url, told.outlets, told.articles,
       s.first_published_at, s.last_published_at, s.first_published_at at time zone 'Asia/Jakarta' as first_published_wib
from poros.stories s cross join lateral (
    select v.topic,
           (array_agg(a.headline order by a.dated_at, a.page_id))[1] as headline,
           (array_agg(a.outlet order by a.dated_at, a.page_id))[1] as first_outlet,
           (array_agg(p.url order by a.dated_at, a.page_id))[1] as first_url,
           coalesce(array_agg(distinct a.outlet) filter (where a.original_url is null
               and not exists (select from poros.articles b where b.outlet = a.outlet and b.original_url is not null)), '{}') as outlets,
           count(*) as articles
    from poros.articles a join crawler.pages p on p.page_id = a.page_id join poros.verdicts v on v.page_id = a.page_id
    where a.story_id = s.story_id and v.band = 'about' and not a.superseded
    group by v.topic
) told;
comment on column poros.current_stories.outlets is 'All outlets that carry the story; an aggregator is none.';
