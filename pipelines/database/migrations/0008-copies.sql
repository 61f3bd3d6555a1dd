-- How long the article is that has a shingle: most that are met while candidates are looked up are too long to share enough with so few hits.

alter table crawler.shingles add column size integer;
update crawler.shingles set size = cardinality(f.shingles) from crawler.fingerprints f where f.page_id = shingles.page_id;
delete from crawler.shingles where size is null;
alter table crawler.shingles
    alter column size set not null,
    drop constraint shingles_pkey,
    add constraint shingles_pkey primary key (shingle, dated_at, page_id) include (outlet, size);
comment on column crawler.shingles.size is 'How many shingles that article has, all of them.';
