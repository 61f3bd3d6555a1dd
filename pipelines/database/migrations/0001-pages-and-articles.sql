-- What is known about outlets and their pages, and the articles, texts and stories that came of them.

create table outlets (
    outlet text primary key,
    title text not null,
    home text not null
);
comment on table outlets is 'The news outlets watched, one row each.';
comment on column outlets.outlet is 'Short name of the outlet, the same as its spider: kompas, cnbc_indonesia, and so on';
comment on column outlets.title is 'The outlet''s name as people write it.';
comment on column outlets.home is 'URL of the outlet''s home page.';

create table stories (
    story_id bigint generated always as identity primary key,
    first_published_at timestamptz,
    merged_into bigint references stories,
    check (merged_into is distinct from story_id)
);
comment on table stories is 'One row for each story: an article together with its near-duplicates at whatever outlet.';
comment on column stories.story_id is 'Number of the story; kept for ever.';
comment on column stories.first_published_at is 'When its earliest article was published (or, with no time on the page, first stored).';
comment on column stories.merged_into is 'The story that took over all of its articles when both turned out to be one; empty for a story that has articles.';

create table pages (
    page_id bigint generated always as identity primary key,
    outlet text not null references outlets,
    article_id text not null,
    url text not null,
    aliases text[] not null default '{}',
    status text not null check (status in ('stored', 'off_topic', 'rejected', 'failed', 'gone', 'alias', 'due')),
    reason text,
    route text,
    first_seen_at timestamptz not null,
    fetched_at timestamptz,
    attempts integer not null default 0 check (attempts >= 0),
    next_crawl_at timestamptz,
    gone_since timestamptz,
    http_status integer,
    etag text,
    last_modified text,
    topic text,
    score double precision,
    band text check (band in ('about', 'review', 'mention', 'none')),
    rule_version text,
    evidence jsonb,
    archive_file text,
    original_page_id bigint references pages,
    check ((topic is null) = (score is null) and (topic is null) = (band is null) and (topic is null) = (rule_version is null))
);
-- a b-tree entry has to be shorter than 2,704 bytes, and an id may be a whole URL
create unique index pages_identity on pages (outlet, md5(article_id));
create index pages_copies on pages (original_page_id) where original_page_id is not null;
create index pages_due on pages (outlet, next_crawl_at) where next_crawl_at is not null;
comment on table pages is 'Every article page ever asked for, one row each, on topic or not: why it was stored or was not.';
comment on column pages.page_id is 'Number of the page; articles use the same.';
comment on column pages.outlet is 'The outlet the page is of.';
comment on column pages.article_id is 'The outlet''s own id of the article; with the outlet, its identity.';
comment on column pages.url is 'URL of the article: the canonical one where the article was read, else the one asked for.';
comment on column pages.aliases is 'Other URLs seen for the same article.';
comment on column pages.status is 'stored (there is an article), off_topic (an article stored before stays, but is no longer current), rejected (cannot be an article), failed (no usable answer), gone (404 or 410), alias (another id of an article, or a copy of one that is read at its own outlet), due (asked for, never fetched).';
comment on column pages.reason is 'Why it was rejected, failed or gone at the latest visit; empty when it was read.';
comment on column pages.route is 'Name of the route that last led to the page; due when the database asked for it.';
comment on column pages.first_seen_at is 'When the page was first visited.';
comment on column pages.fetched_at is 'When the page was last visited.';
comment on column pages.attempts is 'Visits in a row that failed or gave no article.';
comment on column pages.next_crawl_at is 'When to ask for the page again; empty: never.';
comment on column pages.gone_since is 'First of the visits in a row that found it gone.';
comment on column pages.http_status is 'HTTP status of the latest visit.';
comment on column pages.etag is 'ETag header of the latest answer.';
comment on column pages.last_modified is 'Last-Modified header of the latest answer.';
comment on column pages.topic is 'Topic the page was judged for.';
comment on column pages.score is 'How strongly the page is about the topic; its bands are cut from this.';
comment on column pages.band is 'about, review (a person should look), mention or none. Only about and review become articles.';
comment on column pages.rule_version is 'Version of the topic rules that gave the score.';
comment on column pages.evidence is 'What the score was made of: terms found with field and place, and the sentences that name both sides.';
comment on column pages.original_page_id is 'Of an aggregator''s copy: the page it was taken from, where that outlet is watched too.';
comment on column pages.archive_file is 'Name of the WARC file with the latest response.';

create table articles (
    page_id bigint primary key references pages,
    story_id bigint not null references stories,
    headline text not null,
    subtitle text,
    body text not null,
    authors text[] not null,
    editors text[] not null,
    agencies text[] not null,
    published_at timestamptz,
    published_source text,
    published_precision text check (published_precision in ('minute', 'day', 'approximate')),
    modified_at timestamptz,
    section text,
    tags text[] not null,
    dateline text,
    image_url text,
    image_caption text,
    language text not null,
    original_url text,
    page_count integer not null check (page_count > 0),
    sources jsonb not null,
    noise_removed jsonb not null,
    disagreements jsonb not null default '{}',
    fingerprint_version text,
    body_sha256 text check (body_sha256 ~ '^[0-9a-f]{64}$'),
    shingles bigint[],
    first_stored_at timestamptz not null,
    updated_at timestamptz not null,
    version_no integer not null check (version_no > 0),
    dated_at timestamptz not null generated always as (coalesce(published_at, first_stored_at)) stored
);
create index articles_dated on articles (dated_at);
create index articles_updated on articles (updated_at);
create index articles_story on articles (story_id);
create index articles_body on articles (body_sha256);
comment on table articles is 'The articles, as last read: every page in the bands about and review. See the view current_articles.';
comment on column articles.page_id is 'The page it was read from: outlet, id, URL and score are there.';
comment on column articles.story_id is 'The story it belongs to, together with its near-duplicates.';
comment on column articles.headline is 'Headline.';
comment on column articles.subtitle is 'Subtitle or standfirst.';
comment on column articles.body is 'The story and nothing else; paragraphs are separated by a blank line.';
comment on column articles.authors is 'Reporters, as printed.';
comment on column articles.editors is 'Editors, as printed.';
comment on column articles.agencies is 'News agencies whose copy or picture it leans on.';
comment on column articles.published_at is 'When it was published, as far as the page says; see published_precision.';
comment on column articles.published_source is 'Where on the page that time was found.';
comment on column articles.published_precision is 'minute, day (a date without a clock, stored as noon) or approximate (such as two hours ago).';
comment on column articles.modified_at is 'When the outlet says it changed the article.';
comment on column articles.section is 'The outlet''s section.';
comment on column articles.tags is 'The outlet''s tags.';
comment on column articles.dateline is 'The place it is dated from.';
comment on column articles.image_url is 'URL of the main picture.';
comment on column articles.image_caption is 'Caption of the main picture.';
comment on column articles.language is 'Language code: id is Indonesian.';
comment on column articles.original_url is 'Of an aggregator''s copy: URL of the article it says it was taken from.';
comment on column articles.page_count is 'How many pages of the outlet it was put together from.';
comment on column articles.sources is 'For each field, which source on the page gave it.';
comment on column articles.noise_removed is 'How many pieces of each kind of noise were cut from the body.';
comment on column articles.disagreements is 'Of each field on which sources on the page differ (headline, times to the minute, authors): what every source says, the chosen one named in sources.';
comment on column articles.fingerprint_version is 'How body_sha256 and shingles were made; only equal versions are compared.';
comment on column articles.body_sha256 is 'SHA-256 of the body''s normalised words.';
comment on column articles.shingles is 'Hashes of all runs of a few words in the body: what near-duplicates are found by.';
comment on column articles.first_stored_at is 'When it was first read and stored.';
comment on column articles.updated_at is 'When its text last changed here (first_stored_at if never).';
comment on column articles.version_no is 'Number of its newest version in article_versions.';
comment on column articles.dated_at is 'published_at, or first_stored_at where the page names no time.';

create table article_versions (
    page_id bigint not null references articles,
    version_no integer not null check (version_no > 0),
    headline text not null,
    subtitle text,
    body text not null,
    modified_at timestamptz,
    fetched_at timestamptz not null,
    archive_file text,
    primary key (page_id, version_no)
);
comment on table article_versions is 'Every text an article ever had here, the first included.';
comment on column article_versions.page_id is 'The article.';
comment on column article_versions.version_no is '1 for the first text, and so on.';
comment on column article_versions.headline is 'Headline of this version.';
comment on column article_versions.subtitle is 'Subtitle of this version.';
comment on column article_versions.body is 'Body of this version.';
comment on column article_versions.modified_at is 'When the outlet says this version was made.';
comment on column article_versions.fetched_at is 'When this version was first read.';
comment on column article_versions.archive_file is 'Name of the WARC file with the page as it was then.';

create table near_duplicates (
    page_a bigint not null references articles,
    page_b bigint not null references articles,
    kind text not null check (kind in ('exact', 'near_duplicate', 'partial_copy')),
    containment double precision not null check (containment between 0 and 1),
    shared_shingles integer not null check (shared_shingles >= 0),
    rule_version text not null,
    primary key (page_a, page_b),
    check (page_a < page_b)
);
create index near_duplicates_other on near_duplicates (page_b);
comment on table near_duplicates is 'Pairs of articles that share text. exact and near_duplicate pairs make one story, partial_copy pairs do not.';
comment on column near_duplicates.page_a is 'The article with the smaller number.';
comment on column near_duplicates.page_b is 'The other article.';
comment on column near_duplicates.kind is 'exact (same words throughout), near_duplicate (at least 70 % of the shorter one) or partial_copy (50 to 70 %).';
comment on column near_duplicates.containment is 'Share of the shorter article''s distinctive shingles that the other one has, 0 to 1.';
comment on column near_duplicates.shared_shingles is 'How many distinctive shingles they share.';
comment on column near_duplicates.rule_version is 'Version of the rule that compared them.';
