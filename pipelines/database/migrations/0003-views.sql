-- depends: 0001-pages-and-articles
-- What analysts read: articles and stories about the topic, with local time beside UTC.

create view current_articles as
select p.outlet, p.article_id, p.url, a.headline, a.subtitle,
       a.published_at, a.published_at at time zone 'Asia/Jakarta' as published_wib, a.published_precision, a.modified_at,
       a.authors, a.editors, a.agencies, a.section, a.tags, a.dateline, a.body, a.image_url, a.image_caption, a.original_url,
       p.score, p.evidence, a.story_id, count(*) over (partition by a.story_id) - 1 as copies,
       p.aliases, p.status, a.version_no, a.first_stored_at, a.updated_at, a.dated_at, a.page_id
from articles a join pages p using (page_id)
where p.band = 'about' and p.status <> 'alias';
comment on view current_articles is 'The articles about the topic, one row each, as last read.';
comment on column current_articles.outlet is 'The outlet.';
comment on column current_articles.article_id is 'The outlet''s own id of the article.';
comment on column current_articles.url is 'Canonical URL.';
comment on column current_articles.headline is 'Headline.';
comment on column current_articles.subtitle is 'Subtitle or standfirst.';
comment on column current_articles.published_at is 'When it was published.';
comment on column current_articles.published_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column current_articles.published_precision is 'minute, day (a date without a clock, shown as noon) or approximate.';
comment on column current_articles.modified_at is 'When the outlet says it changed the article.';
comment on column current_articles.authors is 'Reporters, as printed.';
comment on column current_articles.editors is 'Editors, as printed.';
comment on column current_articles.agencies is 'News agencies whose copy or picture it leans on.';
comment on column current_articles.section is 'The outlet''s section.';
comment on column current_articles.tags is 'The outlet''s tags.';
comment on column current_articles.dateline is 'The place it is dated from.';
comment on column current_articles.body is 'The story; paragraphs are separated by a blank line.';
comment on column current_articles.image_url is 'URL of the main picture.';
comment on column current_articles.image_caption is 'Caption of the main picture.';
comment on column current_articles.original_url is 'Of an aggregator''s copy that stands in for an article we do not have: where it was taken from.';
comment on column current_articles.score is 'How strongly it is about the topic.';
comment on column current_articles.evidence is 'What the score was made of.';
comment on column current_articles.story_id is 'The story it belongs to: near-duplicates share it.';
comment on column current_articles.copies is 'How many other articles about the topic are near-duplicates of the same story.';
comment on column current_articles.aliases is 'Other URLs of the same article.';
comment on column current_articles.status is 'stored, or gone when the outlet has since taken it down.';
comment on column current_articles.version_no is 'How many texts it has had here; all are in article_versions.';
comment on column current_articles.first_stored_at is 'When it was first stored.';
comment on column current_articles.updated_at is 'When its text last changed here.';
comment on column current_articles.dated_at is 'published_at, or first_stored_at where the page names no time.';
comment on column current_articles.page_id is 'Number of the article in the other tables.';

create view current_stories as
select story_id,
       (array_agg(headline order by dated_at, page_id))[1] as headline,
       (array_agg(outlet order by dated_at, page_id))[1] as first_outlet,
       (array_agg(url order by dated_at, page_id))[1] as first_url,
       array_agg(distinct outlet) as outlets,
       count(*) as articles,
       min(dated_at) as first_published_at,
       max(dated_at) as last_published_at,
       min(dated_at) at time zone 'Asia/Jakarta' as first_published_wib
from current_articles
group by story_id;
comment on view current_stories is 'The stories about the topic, one row each: an article and its near-duplicates at all outlets.';
comment on column current_stories.story_id is 'Number of the story.';
comment on column current_stories.headline is 'Headline of its earliest article.';
comment on column current_stories.first_outlet is 'Outlet of its earliest article.';
comment on column current_stories.first_url is 'URL of its earliest article.';
comment on column current_stories.outlets is 'All outlets that carry it.';
comment on column current_stories.articles is 'How many articles it has.';
comment on column current_stories.first_published_at is 'When its earliest article was published (or first stored, with no time on the page).';
comment on column current_stories.last_published_at is 'When its latest article was published (likewise).';
comment on column current_stories.first_published_wib is 'first_published_at on the clocks of Jakarta (WIB).';
