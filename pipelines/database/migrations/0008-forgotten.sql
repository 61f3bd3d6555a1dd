-- Texts that somebody asked to be forgotten: what is left of them is that they are not to come back.

create table crawler.forgotten (
    outlet text not null,
    hash text not null,
    forgotten_at timestamptz not null default clock_timestamp(),
    note text,
    constraint forgotten_pkey primary key (outlet, hash),
    constraint forgotten_hash check (hash ~ '^[0-9a-f]{64}$')
);
comment on table crawler.forgotten is 'What scrapy forget has removed and nothing brings back: one row for each id and each address of a text.';
comment on column crawler.forgotten.outlet is 'The outlet.';
comment on column crawler.forgotten.hash is 'SHA-256 of the outlet''s name, a line feed, and the outlet''s id of the article or an address of it: an address can hold the headline.';
comment on column crawler.forgotten.forgotten_at is 'Real time at which it was first asked for.';
comment on column crawler.forgotten.note is 'Who asked for it and why, as far as the operator wrote it down.';

-- An article that is forgotten leaves its story; that it was there, and when it went, stays.
alter table poros.story_changes
    drop constraint story_changes_of_article,
    drop constraint story_changes_cause,
    alter column to_story_id drop not null;
comment on table poros.story_changes is 'Each time that an article went from one story to another, or was forgotten, and why.';
comment on column poros.story_changes.page_id is 'The article; one that was forgotten is in no other table.';
comment on column poros.story_changes.to_story_id is 'The story it belongs to since; empty: it was forgotten.';
comment on column poros.story_changes.reason is 'What happened: stored (another article came that links them), text changed, date changed, off topic, on topic again, superseded (an aggregator''s copy, by its original), relinked (by another rule), forgotten (somebody asked for the text to be removed).';
comment on column poros.stories.merged_into is 'The story that took over all of its articles when both turned out to be one; empty for a story that has articles, or whose articles were all forgotten.';
comment on column crawler.pages.archive_file is 'Name of the WARC file with the latest response. Of a stored article it is kept after ARCHIVE_DAYS, under this name, in the outlet''s file of the year.';
comment on column poros.article_versions.archive_file is 'Name of the WARC file with the page as it was then. It is kept after ARCHIVE_DAYS, under this name, in the outlet''s file of the year.';
