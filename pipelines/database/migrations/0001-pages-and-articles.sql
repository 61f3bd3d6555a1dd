-- What is known about outlets and their pages, and the articles, texts and stories that came of them.
-- Two schemas: what analysts read is in poros, what only the crawler needs in crawler, so that each grant is one line.

create schema poros;
comment on schema poros is 'What analysts read: articles, verdicts, stories. Its columns are kept.';

create table poros.outlets (
    outlet text constraint outlets_pkey primary key,
    title text not null,
    home text not null
);
comment on table poros.outlets is 'The news outlets watched, one row each.';
comment on column poros.outlets.outlet is 'Short name of the outlet, the same as its spider: kompas, cnbc_indonesia, and so on.';
comment on column poros.outlets.title is 'The outlet''s name as people write it.';
comment on column poros.outlets.home is 'URL of the outlet''s home page.';

create table poros.stories (
    story_id bigint generated always as identity constraint stories_pkey primary key,
    first_published_at timestamptz,
    last_published_at timestamptz,
    merged_into bigint constraint stories_merged_into references poros.stories,
    constraint stories_not_merged_into_itself check (merged_into is distinct from story_id)
);
create index stories_first on poros.stories (first_published_at);
create index stories_last on poros.stories (last_published_at);
comment on table poros.stories is 'One row for each story: an article together with its near-duplicates at whatever outlet, of whatever topic.';
comment on column poros.stories.story_id is 'Number of the story; kept for ever.';
comment on column poros.stories.first_published_at is 'When its earliest article was published (or, with no time on the page, first stored).';
comment on column poros.stories.last_published_at is 'When its latest article was published (likewise).';
comment on column poros.stories.merged_into is 'The story that took over all of its articles when both turned out to be one; empty for a story that has articles.';

create table crawler.pages (
    page_id bigint generated always as identity constraint pages_pkey primary key,
    outlet text not null constraint pages_of_outlet references poros.outlets,
    article_id text not null,
    url text not null,
    aliases text[] not null default '{}',
    status text not null,
    reason text,
    route text,
    first_seen_at timestamptz not null,
    fetched_at timestamptz,
    attempts integer not null default 0,
    next_crawl_at timestamptz,
    gone_since timestamptz,
    http_status integer,
    etag text,
    last_modified text,
    archive_file text,
    original_page_id bigint constraint pages_original references crawler.pages,
    constraint pages_identity unique (outlet, article_id),
    constraint pages_outlet unique (page_id, outlet),
    constraint pages_article_id_length check (octet_length(article_id) <= 1000), -- an entry of a b-tree is shorter than 2,704 bytes
    constraint pages_status check (status in ('stored', 'off_topic', 'rejected', 'failed', 'gone', 'alias', 'scheduled')),
    constraint pages_attempts check (attempts >= 0)
);
create index pages_url on crawler.pages using hash (url); -- of any length
create index pages_aliases on crawler.pages using gin (aliases);
create index pages_article_id on crawler.pages (article_id);
create index pages_fetched on crawler.pages (outlet, fetched_at);
create index pages_recrawl on crawler.pages (outlet, next_crawl_at) where next_crawl_at is not null;
create index pages_copies on crawler.pages (original_page_id) where original_page_id is not null;
comment on table crawler.pages is 'Every article page ever asked for, one row each, on topic or not: how it was fetched, and why it is no article.';
comment on column crawler.pages.page_id is 'Number of the page; articles and verdicts use the same.';
comment on column crawler.pages.outlet is 'The outlet the page is of.';
comment on column crawler.pages.article_id is 'The outlet''s own id of the article; with the outlet, its identity.';
comment on column crawler.pages.url is 'URL of the article: the canonical one where the article was read, else the one asked for.';
comment on column crawler.pages.aliases is 'Other URLs seen for the same article.';
comment on column crawler.pages.status is 'stored (there is an article, of at least one topic), off_topic (read, and of no topic; an article stored before stays, but is no longer current), rejected (cannot be an article), failed (no usable answer), gone (404 or 410), alias (another id of an article, or a copy of one that is read at its own outlet), scheduled (to be asked for, never fetched).';
comment on column crawler.pages.reason is 'Why it was rejected, failed or gone at the latest visit; empty when it was read.';
comment on column crawler.pages.route is 'Name of the route that last listed the page; aggregator where a copy elsewhere led to it.';
comment on column crawler.pages.first_seen_at is 'When the page was first visited.';
comment on column crawler.pages.fetched_at is 'When the page was last visited.';
comment on column crawler.pages.attempts is 'Visits in a row that failed or gave no article.';
comment on column crawler.pages.next_crawl_at is 'When to ask for the page again (the recrawl schedule); empty: never.';
comment on column crawler.pages.gone_since is 'First of the visits in a row that found it gone.';
comment on column crawler.pages.http_status is 'HTTP status of the latest visit.';
comment on column crawler.pages.etag is 'ETag header of the latest answer.';
comment on column crawler.pages.last_modified is 'Last-Modified header of the latest answer.';
comment on column crawler.pages.archive_file is 'Name of the WARC file with the latest response.';
comment on column crawler.pages.original_page_id is 'Of an aggregator''s copy: the page it was taken from, where that outlet is watched too.';

create table poros.verdicts (
    page_id bigint not null constraint verdicts_of_page references crawler.pages,
    topic text not null,
    rule_version text not null,
    score double precision not null,
    band text not null,
    evidence jsonb not null,
    judged_at timestamptz not null,
    constraint verdicts_pkey primary key (page_id, topic),
    constraint verdicts_band check (band in ('about', 'review', 'mention', 'none'))
);
create index verdicts_topic_band on poros.verdicts (topic, band, score);
comment on table poros.verdicts is 'How much a page has to do with a topic, one row for each page that was read and each topic.';
comment on column poros.verdicts.page_id is 'The page.';
comment on column poros.verdicts.topic is 'Name of the topic, as its file has it.';
comment on column poros.verdicts.rule_version is 'Version of the topic''s rules that gave the score.';
comment on column poros.verdicts.score is 'How strongly the page is about the topic; the bands are cut from this.';
comment on column poros.verdicts.band is 'about, review (a person should look), mention or none. The text is kept where some topic says about or review.';
comment on column poros.verdicts.evidence is 'What the score was made of: terms found with field and place, and the sentences that name both sides.';
comment on column poros.verdicts.judged_at is 'When the page was fetched or, for a verdict by changed rules, classified again.';

create table poros.articles (
    page_id bigint constraint articles_pkey primary key,
    outlet text not null,
    story_id bigint not null constraint articles_of_story references poros.stories,
    headline text not null,
    subtitle text,
    body text not null,
    authors text[] not null,
    editors text[] not null,
    agencies text[] not null,
    published_at timestamptz,
    published_source text,
    published_precision text,
    modified_at timestamptz,
    section text,
    tags text[] not null,
    dateline text,
    image_url text,
    image_caption text,
    language text not null,
    original_url text,
    page_count integer not null,
    sources jsonb not null,
    noise_removed jsonb not null,
    disagreements jsonb not null default '{}',
    first_stored_at timestamptz not null,
    updated_at timestamptz not null,
    version_no integer not null,
    superseded boolean not null default false,
    dated_at timestamptz not null generated always as (coalesce(published_at, first_stored_at)) stored,
    constraint articles_of_page foreign key (page_id, outlet) references crawler.pages (page_id, outlet),
    constraint articles_precision check (published_precision in ('minute', 'day', 'approximate')),
    constraint articles_page_count check (page_count > 0),
    constraint articles_version_no check (version_no > 0)
);
create index articles_dated on poros.articles (dated_at, outlet);
create index articles_outlet_dated on poros.articles (outlet, dated_at);
create index articles_published on poros.articles (published_at, outlet);
create index articles_outlet_published on poros.articles (outlet, published_at);
create index articles_published_wib on poros.articles ((published_at at time zone 'Asia/Jakarta'));
create index articles_outlet_day_wib on poros.articles (outlet, ((published_at at time zone 'Asia/Jakarta')::date));
create index articles_updated on poros.articles (updated_at);
create index articles_story on poros.articles (story_id);
comment on table poros.articles is 'The text of every page that some topic has (or had) in the bands about or review, as last read. Which of them are current depends on the topic: see current_articles.';
comment on column poros.articles.page_id is 'The page it was read from; verdicts have the same number.';
comment on column poros.articles.outlet is 'The outlet.';
comment on column poros.articles.story_id is 'The story it belongs to, together with its near-duplicates.';
comment on column poros.articles.headline is 'Headline.';
comment on column poros.articles.subtitle is 'Subtitle or standfirst.';
comment on column poros.articles.body is 'The story and nothing else; paragraphs are separated by a blank line.';
comment on column poros.articles.authors is 'Reporters, as printed.';
comment on column poros.articles.editors is 'Editors, as printed.';
comment on column poros.articles.agencies is 'News agencies whose copy or picture it leans on.';
comment on column poros.articles.published_at is 'When it was published, as far as the page says; see published_precision.';
comment on column poros.articles.published_source is 'Where on the page that time was found.';
comment on column poros.articles.published_precision is 'minute, day (a date without a clock, stored as noon) or approximate (such as two hours ago).';
comment on column poros.articles.modified_at is 'When the outlet says it changed the article.';
comment on column poros.articles.section is 'The outlet''s section.';
comment on column poros.articles.tags is 'The outlet''s tags.';
comment on column poros.articles.dateline is 'The place it is dated from.';
comment on column poros.articles.image_url is 'URL of the main picture.';
comment on column poros.articles.image_caption is 'Caption of the main picture.';
comment on column poros.articles.language is 'Language code: id is Indonesian.';
comment on column poros.articles.original_url is 'Of an aggregator''s copy: URL of the article it says it was taken from.';
comment on column poros.articles.page_count is 'How many pages of the outlet it was put together from.';
comment on column poros.articles.sources is 'For each field, which source on the page gave it.';
comment on column poros.articles.noise_removed is 'How many pieces of each kind of noise were cut from the body.';
comment on column poros.articles.disagreements is 'Of each field on which sources on the page differ (headline, times to the minute, authors): what every source says, the chosen one named in sources.';
comment on column poros.articles.first_stored_at is 'When it was first read and stored.';
comment on column poros.articles.updated_at is 'When its text last changed here (first_stored_at if never).';
comment on column poros.articles.version_no is 'Number of its newest version in article_versions.';
comment on column poros.articles.superseded is 'Whether it is an aggregator''s copy of an article that was since read at its own outlet: then that one counts, not this.';
comment on column poros.articles.dated_at is 'published_at, or first_stored_at where the page names no time.';

create table poros.article_versions (
    page_id bigint not null constraint article_versions_of_article references poros.articles,
    version_no integer not null,
    headline text not null,
    subtitle text,
    body text not null,
    modified_at timestamptz,
    fetched_at timestamptz not null,
    archive_file text,
    constraint article_versions_pkey primary key (page_id, version_no),
    constraint article_versions_version_no check (version_no > 0)
);
comment on table poros.article_versions is 'Every text an article ever had here, the first included.';
comment on column poros.article_versions.page_id is 'The article.';
comment on column poros.article_versions.version_no is '1 for the first text, and so on.';
comment on column poros.article_versions.headline is 'Headline of this version.';
comment on column poros.article_versions.subtitle is 'Subtitle of this version.';
comment on column poros.article_versions.body is 'Body of this version.';
comment on column poros.article_versions.modified_at is 'When the outlet says this version was made.';
comment on column poros.article_versions.fetched_at is 'When this version was first read.';
comment on column poros.article_versions.archive_file is 'Name of the WARC file with the page as it was then.';

create table crawler.fingerprints (
    page_id bigint constraint fingerprints_pkey primary key constraint fingerprints_of_article references poros.articles,
    version text not null,
    body_sha256 text not null,
    shingles bigint[] not null,
    constraint fingerprints_sha256 check (body_sha256 ~ '^[0-9a-f]{64}$')
);
create index fingerprints_body on crawler.fingerprints (body_sha256);
comment on table crawler.fingerprints is 'What near-duplicates are found by, one row an article.';
comment on column crawler.fingerprints.page_id is 'The article.';
comment on column crawler.fingerprints.version is 'How it was made; only equal versions are compared.';
comment on column crawler.fingerprints.body_sha256 is 'SHA-256 of the body''s normalised words.';
comment on column crawler.fingerprints.shingles is 'Hashes of all runs of a few words in the body.';

create table poros.near_duplicates (
    page_a bigint not null constraint near_duplicates_a references poros.articles,
    page_b bigint not null constraint near_duplicates_b references poros.articles,
    kind text not null,
    containment double precision not null,
    shared_shingles integer not null,
    rule_version text not null,
    constraint near_duplicates_pkey primary key (page_a, page_b),
    constraint near_duplicates_order check (page_a < page_b),
    constraint near_duplicates_kind check (kind in ('exact', 'near_duplicate', 'partial_copy')),
    constraint near_duplicates_containment check (containment between 0 and 1),
    constraint near_duplicates_shared check (shared_shingles >= 0)
);
create index near_duplicates_other on poros.near_duplicates (page_b);
comment on table poros.near_duplicates is 'Pairs of articles that share text. exact and near_duplicate pairs make one story, partial_copy pairs do not.';
comment on column poros.near_duplicates.page_a is 'The article with the smaller number.';
comment on column poros.near_duplicates.page_b is 'The other article.';
comment on column poros.near_duplicates.kind is 'exact (same words throughout), near_duplicate (at least 70 % of the shorter one) or partial_copy (50 to 70 %).';
comment on column poros.near_duplicates.containment is 'Share of the shorter article''s distinctive shingles that the other one has, 0 to 1.';
comment on column poros.near_duplicates.shared_shingles is 'How many distinctive shingles they share.';
comment on column poros.near_duplicates.rule_version is 'Version of the rule that compared them.';
