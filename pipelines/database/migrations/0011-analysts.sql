-- People settle doubtful cases; what is doubtful or withdrawn, and how much attention a topic gets, can be read.

alter table poros.verdicts
    add column settled_band text,
    add column settled_by text,
    add column settled_at timestamptz,
    add column settled_note text,
    add column final_band text not null generated always as (coalesce(settled_band, band)) stored,
    add constraint verdicts_settled_band check (settled_band in ('about', 'none')),
    add constraint verdicts_settled check ((settled_band is null) = (settled_by is null) and (settled_band is null) = (settled_at is null));
create index verdicts_final_band on poros.verdicts (topic, final_band, page_id);
create index verdicts_settled on poros.verdicts (settled_at) where settled_band is not null;
comment on column poros.verdicts.band is 'What the rule says: about, review (a person should look), mention or none.';
comment on column poros.verdicts.settled_band is 'What a person says (scrapy verdict): about or none; empty: nobody has settled it. No rule and no later visit changes it.';
comment on column poros.verdicts.settled_by is 'Who settled it: the name of the account.';
comment on column poros.verdicts.settled_at is 'When it was settled.';
comment on column poros.verdicts.settled_note is 'Why, as far as that person wrote it down.';
comment on column poros.verdicts.final_band is 'The band that counts: the person''s, or else the rule''s. The text is kept where some topic''s is about or review.';

comment on column crawler.pages.gone_since is 'First of the visits in a row that found it gone; of an article, no visit since has read it.';
comment on column poros.pages.gone_since is 'First of the visits in a row that found it gone; of an article, no visit since has read it.';

create or replace view poros.current_articles as
select v.topic, a.outlet, p.article_id, p.url, a.headline, a.subtitle,
       a.published_at, a.published_at at time zone 'Asia/Jakarta' as published_wib, a.published_precision, a.modified_at,
       a.authors, a.editors, a.agencies, a.section, a.tags, a.dateline, a.body, a.image_url, a.image_caption, a.original_url,
       v.score, v.evidence, a.story_id,
       (select count(*) - 1 from poros.articles c where c.story_id = a.story_id and not c.superseded) as copies,
       p.aliases, p.status, a.version_no, a.first_stored_at, a.updated_at, a.dated_at, a.page_id,
       v.final_band as band, p.gone_since is not null as withdrawn, p.gone_since, v.settled_by, v.settled_at, v.settled_note
from poros.articles a join crawler.pages p on p.page_id = a.page_id join poros.verdicts v on v.page_id = a.page_id
where v.final_band in ('about', 'review') and not a.superseded;
comment on view poros.current_articles is 'The articles about a topic, and those that may be, as last read: one row for each article and topic.';
comment on column poros.current_articles.band is 'about, or review: nobody knows yet, a person should look (see doubtful). What a person settled counts.';
comment on column poros.current_articles.withdrawn is 'Whether the outlet answered 404 or 410 when it was last asked, and has not shown the article since.';
comment on column poros.current_articles.gone_since is 'First of the visits in a row that found it gone; empty: it was there.';
comment on column poros.current_articles.status is 'stored; gone, once it was not there for a day; off_topic, where only another topic''s verdict keeps it.';
comment on column poros.current_articles.settled_by is 'Who settled that it is about the topic; empty: the rule says so.';
comment on column poros.current_articles.settled_at is 'When that was settled.';
comment on column poros.current_articles.settled_note is 'Why it was settled so.';

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
    where a.story_id = s.story_id and v.final_band = 'about' and not a.superseded
    group by v.topic
) told;
create index stories_first_day_wib on poros.stories (((first_published_at at time zone 'Asia/Jakarta')::date));

create view poros.withdrawn_articles as
select topic, outlet, url, headline, published_at, published_wib, gone_since, gone_since at time zone 'Asia/Jakarta' as gone_wib,
       status = 'gone' as is_certain, band, story_id, copies, page_id
from poros.current_articles
where withdrawn;
comment on view poros.withdrawn_articles is 'Articles that their outlets have taken down: one row for each article and topic. Their texts are kept.';
comment on column poros.withdrawn_articles.topic is 'Name of the topic.';
comment on column poros.withdrawn_articles.outlet is 'The outlet.';
comment on column poros.withdrawn_articles.url is 'Canonical URL.';
comment on column poros.withdrawn_articles.headline is 'Headline, as last read.';
comment on column poros.withdrawn_articles.published_at is 'When it was published.';
comment on column poros.withdrawn_articles.published_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column poros.withdrawn_articles.gone_since is 'First of the visits in a row that found it gone (404 or 410).';
comment on column poros.withdrawn_articles.gone_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column poros.withdrawn_articles.is_certain is 'Whether it was still gone a day later, or its address holds another article by now; before, it may be back after an outage.';
comment on column poros.withdrawn_articles.band is 'about or review.';
comment on column poros.withdrawn_articles.story_id is 'The story it belongs to.';
comment on column poros.withdrawn_articles.copies is 'How many other articles of that story there are: see uncorrected_copies.';
comment on column poros.withdrawn_articles.page_id is 'Number of the article.';

create function poros.why_doubtful(evidence jsonb) returns text immutable parallel safe
return (
    with limits as (
        select name, worth::numeric from jsonb_each_text(evidence #> '{points,limits}') as limit_of (name, worth)
    ), sides as (
        select side, (select coalesce(sum(worth::numeric), 0) from jsonb_each_text(fields) as field (name, worth)) as points
        from jsonb_each(evidence #> '{points,sides}') as side_of (side, fields)
    )
    select coalesce(
        (select string_agg(case name
             when 'sides_never_meet' then 'the sides never meet, neither in a sentence nor in neighbouring ones'
             when 'sides_in_neighbouring_sentences_only' then 'the sides only meet in neighbouring sentences'
             when 'no_side_in_headline' then 'the headline names no side'
             when 'side_named_once' then 'a side is named a single time'
             when 'genre' then 'it is of a genre that names many'
             else name end, '; ' order by name)
         from limits where worth = (select min(worth) from limits)),
        (select format('%s is hardly named (%s points), and %s sentences name both sides', side, points, jsonb_array_length(evidence -> 'both'))
         from sides order by points, side limit 1)
    )
);
comment on function poros.why_doubtful is 'In words, what keeps a story from being about its topic: by the evidence of its verdict.';

create view poros.doubtful as
select v.topic, a.outlet, p.url, a.headline, v.score, poros.why_doubtful(v.evidence) as reason,
       a.published_at, a.published_at at time zone 'Asia/Jakarta' as published_wib, a.dated_at,
       v.rule_version, v.judged_at, a.story_id, a.page_id
from poros.verdicts v join poros.articles a on a.page_id = v.page_id join crawler.pages p on p.page_id = v.page_id
where v.final_band = 'review' and not a.superseded;
comment on view poros.doubtful is 'The grey zone: articles of which a person should say whether they are about a topic (scrapy verdict), one row for each article and topic.';
comment on column poros.doubtful.topic is 'Name of the topic.';
comment on column poros.doubtful.outlet is 'The outlet.';
comment on column poros.doubtful.url is 'Canonical URL: scrapy verdict takes it.';
comment on column poros.doubtful.headline is 'Headline.';
comment on column poros.doubtful.score is 'How strongly it is about the topic: near the upper end of review, it nearly is.';
comment on column poros.doubtful.reason is 'What keeps it from being about the topic, in words.';
comment on column poros.doubtful.published_at is 'When it was published.';
comment on column poros.doubtful.published_wib is 'The same on the clocks of Jakarta (WIB).';
comment on column poros.doubtful.dated_at is 'published_at, or when it was first stored, where the page names no time.';
comment on column poros.doubtful.rule_version is 'Version of the topic''s rules that gave the score.';
comment on column poros.doubtful.judged_at is 'When the rule gave it.';
comment on column poros.doubtful.story_id is 'The story it belongs to.';
comment on column poros.doubtful.page_id is 'Number of the article: scrapy verdict takes it, too.';

-- How many different articles an outlet listed of each day, on topic or not: what the attention to a topic is a share of.
create table crawler.listed_articles (
    outlet text not null,
    hash bigint not null,
    day date not null,
    listed_at timestamptz not null,
    constraint listed_articles_pkey primary key (outlet, hash)
);
create index listed_articles_listed_at on crawler.listed_articles (outlet, listed_at);
comment on table crawler.listed_articles is 'The articles that an outlet''s lists named of late, so that each is counted once; runs delete what is two weeks old.';
comment on column crawler.listed_articles.outlet is 'The outlet.';
comment on column crawler.listed_articles.hash is 'Hash of the outlet''s id of the article.';
comment on column crawler.listed_articles.day is 'The day (WIB) it was counted on: of its publication, as the list or the address says; else the day it was first listed.';
comment on column crawler.listed_articles.listed_at is 'When it was listed, by the logical clock; renewed once a week.';

create table poros.listed_days (
    outlet text not null constraint listed_days_of_outlet references poros.outlets,
    day date not null,
    counted integer not null default 0,
    counted_before integer not null default 0,
    articles integer not null generated always as (greatest(counted, counted_before)) stored,
    constraint listed_days_pkey primary key (outlet, day)
);
create index listed_days_day on poros.listed_days (day);
comment on table poros.listed_days is 'How many different articles an outlet listed of a day, on topic or not, one row an outlet and day. Kept for good.';
comment on column poros.listed_days.outlet is 'The outlet.';
comment on column poros.listed_days.day is 'The day in Jakarta (WIB).';
comment on column poros.listed_days.counted is 'How many, by the articles that are still in crawler.listed_articles.';
comment on column poros.listed_days.counted_before is 'How many had been counted when the single articles were deleted.';
comment on column poros.listed_days.articles is 'How many: the greater of both. A day that is looked at once more later, as by a backfill, is not counted twice.';

create index articles_day_wib on poros.articles (((dated_at at time zone 'Asia/Jakarta')::date), outlet) include (page_id, dated_at)
    where not superseded;
create view poros.attention as
with recursive topics as ( -- each one, by the index
    (select topic from poros.verdicts order by topic limit 1)
    union all
    select (select v.topic from poros.verdicts v where v.topic > topics.topic order by v.topic limit 1) from topics where topics.topic is not null
)
select topic, outlet, day, date_trunc('week', day)::date as week, sum(articles) as articles, max(listed) as listed,
       round(sum(articles)::numeric / nullif(max(listed), 0), 4) as share
from (
    select t.topic, l.outlet, l.day, 0 as articles, l.articles as listed
    from topics t cross join poros.listed_days l where t.topic is not null
    union all
    select v.topic, a.outlet, (a.dated_at at time zone 'Asia/Jakarta')::date, 1, null
    from poros.articles a join poros.verdicts v on v.page_id = a.page_id
    where v.final_band = 'about' and not a.superseded
) counted
group by topic, outlet, day;
comment on view poros.attention is 'How much attention outlets pay to a topic: one row for each topic, outlet and day on which the outlet listed anything.';
comment on column poros.attention.topic is 'Name of the topic.';
comment on column poros.attention.outlet is 'The outlet.';
comment on column poros.attention.day is 'The day in Jakarta (WIB) on which the articles were published.';
comment on column poros.attention.week is 'The Monday of its week.';
comment on column poros.attention.articles is 'How many articles about the topic (band about).';
comment on column poros.attention.listed is 'How many different articles the outlet listed of that day, on topic or not; empty: it is not known (days before 2026-12).';
comment on column poros.attention.share is 'articles divided by listed. Of several days: sum(articles) / sum(listed).';

-- As pipelines/clean.py spells them: outlets print "Korea Utara" and "korea utara".
update poros.articles set tags = array(select lower(tag) from unnest(tags) with ordinality as printed (tag, place) group by 1 order by min(place))
where tags::text <> lower(tags::text);
comment on column poros.articles.tags is 'The outlet''s tags, in small letters.';
comment on column poros.current_articles.tags is 'The outlet''s tags, in small letters.';
