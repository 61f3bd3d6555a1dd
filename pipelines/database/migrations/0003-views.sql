-- What analysts read first: articles and stories of each topic, with local time beside UTC.
-- No window and no aggregate over a whole table: a filter reads only the rows that it keeps.

create view poros.current_articles as
select v.topic, a.outlet, p.article_id, p.url, a.headline, a.subtitle,
       a.published_at, a.published_at at time zone 'Asia/Jakarta' as published_wib, a.published_precision, a.modified_at,
       a.authors, a.editors, a.agencies, a.section, a.tags, a.dateline, a.body, a.image_url, a.image_caption, a.original_url,
       v.score, v.evidence, a.story_id,
       (select count(*) - 1 from poros.articles c where c.story_id = a.story_id and not c.superseded) as copies,
       p.aliases, p.status, a.version_no, a.first_stored_at, a.updated_at, a.dated_at, a.page_id
from poros.articles a join crawler.pages p on p.page_id = a.page_id join poros.verdicts v on v.page_id = a.page_id
where v.band = 'about' and not a.superseded;
comment on view poros.current_articles is 'The articles about a topic as last read, one row for each article and topic.';
comment on column poros.current_articles.topic is 'Name of the topic.';
comment on column poros.current_articles.outlet is 'The outlet.';
comment on column poros.current_articles.article_id is 'The outlet''s own id of the article.';
comment on column poros.current_articles.url is 'Canonical URL.';
comment on column poros.current_articles.headline is 'Headline.';
comment on column poros.current_articles.subtitle is 'Subtitle or standfirst.';
comment on column poros.current_articles.published_at is 'When it was published.';
comment on column poros.current_articles.published_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column poros.current_articles.published_precision is 'minute, day (a date without a clock, shown as noon) or approximate.';
comment on column poros.current_articles.modified_at is 'When the outlet says it changed the article.';
comment on column poros.current_articles.authors is 'Reporters, as printed.';
comment on column poros.current_articles.editors is 'Editors, as printed.';
comment on column poros.current_articles.agencies is 'News agencies whose copy or picture it leans on.';
comment on column poros.current_articles.section is 'The outlet''s section.';
comment on column poros.current_articles.tags is 'The outlet''s tags.';
comment on column poros.current_articles.dateline is 'The place it is dated from.';
comment on column poros.current_articles.body is 'The story; paragraphs are separated by a blank line.';
comment on column poros.current_articles.image_url is 'URL of the main picture.';
comment on column poros.current_articles.image_caption is 'Caption of the main picture.';
comment on column poros.current_articles.original_url is 'Of an aggregator''s copy that stands in for an article we do not have: where it was taken from.';
comment on column poros.current_articles.score is 'How strongly it is about the topic.';
comment on column poros.current_articles.evidence is 'What the score was made of.';
comment on column poros.current_articles.story_id is 'The story it belongs to: near-duplicates share it.';
comment on column poros.current_articles.copies is 'How many other articles, of any topic or band, belong to the same story.';
comment on column poros.current_articles.aliases is 'Other URLs of the same article.';
comment on column poros.current_articles.status is 'stored, or gone when the outlet has since taken it down.';
comment on column poros.current_articles.version_no is 'How many texts it has had here; all are in article_versions.';
comment on column poros.current_articles.first_stored_at is 'When it was first stored.';
comment on column poros.current_articles.updated_at is 'When its text last changed here.';
comment on column poros.current_articles.dated_at is 'published_at, or first_stored_at where the page names no time.';
comment on column poros.current_articles.page_id is 'Number of the article in the other tables.';

create view poros.current_stories as
select told.topic, s.story_id, told.headline, told.first_outlet, told.first_url, told.outlets, told.articles,
       s.first_published_at, s.last_published_at, s.first_published_at at time zone 'Asia/Jakarta' as first_published_wib
from poros.stories s cross join lateral (
    select v.topic,
           (array_agg(a.headline order by a.dated_at, a.page_id))[1] as headline,
           (array_agg(a.outlet order by a.dated_at, a.page_id))[1] as first_outlet,
           (array_agg(p.url order by a.dated_at, a.page_id))[1] as first_url,
           array_agg(distinct a.outlet) as outlets,
           count(*) as articles
    from poros.articles a join crawler.pages p on p.page_id = a.page_id join poros.verdicts v on v.page_id = a.page_id
    where a.story_id = s.story_id and v.band = 'about' and not a.superseded
    group by v.topic
) told;
comment on view poros.current_stories is 'The stories about a topic, one row for each story and topic: an article and its near-duplicates at all outlets.';
comment on column poros.current_stories.topic is 'Name of the topic.';
comment on column poros.current_stories.story_id is 'Number of the story.';
comment on column poros.current_stories.headline is 'Headline of its earliest article about the topic.';
comment on column poros.current_stories.first_outlet is 'Outlet of that article.';
comment on column poros.current_stories.first_url is 'URL of that article.';
comment on column poros.current_stories.outlets is 'All outlets that carry the story.';
comment on column poros.current_stories.articles is 'How many articles about the topic it has.';
comment on column poros.current_stories.first_published_at is 'When its earliest article (of any topic or band) was published, or first stored, with no time on the page.';
comment on column poros.current_stories.last_published_at is 'When its latest article was published (likewise).';
comment on column poros.current_stories.first_published_wib is 'first_published_at on the clocks of Jakarta (WIB).';

create view poros.open_coverage_gaps as
select outlet, route, gap_from, gap_to, gap_from at time zone 'Asia/Jakarta' as from_wib, gap_to at time zone 'Asia/Jakarta' as to_wib
from crawler.coverage_gaps
where closed_at is null;
comment on view poros.open_coverage_gaps is 'Times of which it is not known whether all articles were seen. scrapy backfill closes them where an outlet has an index of its past.';
comment on column poros.open_coverage_gaps.outlet is 'The outlet.';
comment on column poros.open_coverage_gaps.route is 'The route whose list was too short to reach back to the run before.';
comment on column poros.open_coverage_gaps.gap_from is 'From when on nothing is known.';
comment on column poros.open_coverage_gaps.gap_to is 'Up to when.';
comment on column poros.open_coverage_gaps.from_wib is 'gap_from on the clocks of Jakarta (WIB).';
comment on column poros.open_coverage_gaps.to_wib is 'gap_to on the clocks of Jakarta (WIB).';

-- Whoever connects to this database finds these without naming a schema; what stood in public before comes first.
do $$
begin
    execute format('alter database %I set search_path = "$user", public, poros, crawler', current_database());
exception when insufficient_privilege then -- not the database's owner: at least for this role
    execute format('alter role current_user in database %I set search_path = "$user", public, poros, crawler', current_database());
end
$$;
