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
