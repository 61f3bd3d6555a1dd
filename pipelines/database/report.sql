-- The queries of scrapy report and scrapy digest. Each begins with its name; %(topic)s, %(since)s, %(until)s and %(limit)s are filled in.

-- name: summary
select (select count(*) from current_stories where topic = %(topic)s and first_published_at >= %(since)s) as stories,
       (select count(*) from current_articles where topic = %(topic)s and band = 'about' and dated_at >= %(since)s) as articles,
       (select count(distinct outlet) from current_articles where topic = %(topic)s and band = 'about' and dated_at >= %(since)s) as outlets,
       (select count(*) from doubtful where topic = %(topic)s and dated_at >= %(since)s) as doubtful;

-- name: health
select h.outlet, h.status, h.since, h.last_good_run_at, h.newest_story_at, h.open_issues, h.open_gaps
from outlet_health h where h.last_run_at is not null
order by h.status = 'ok', h.open_issues desc, h.outlet;

-- name: proofs
select outlet, proven, first_held_at, last_held_at from outlet_proofs order by outlet;

-- name: issues
select coalesce(outlet, 'all outlets') as outlet, kind, subject, detail, opened_at
from open_issues where degrades order by opened_at;

-- name: gaps
select outlet, route, gap_from, gap_to from open_coverage_gaps where gap_to >= %(since)s order by gap_from;

-- name: freshness
select outlet, count(*) as articles,
       percentile_disc(0.5) within group (order by first_stored_at - published_at) as half_within,
       percentile_disc(0.95) within group (order by first_stored_at - published_at) as most_within
from articles
where first_stored_at >= %(since)s and published_at >= %(since)s and published_precision = 'minute' and not superseded
group by outlet order by outlet;

-- name: attention
select outlet, week, sum(articles) as articles, sum(listed) as listed, round(sum(articles) / nullif(sum(listed), 0), 4) as share
from attention where topic = %(topic)s and day >= (%(since)s at time zone 'Asia/Jakarta')::date
group by outlet, week order by week, outlet;

-- name: stories
select story_id, first_published_at, headline, first_outlet, first_url, outlets, articles
from current_stories where topic = %(topic)s and first_published_at >= %(since)s
order by first_published_at desc, story_id desc limit %(limit)s;

-- name: spread
select story_id, outlet, headline, url, published_at, role, minutes_behind_least, minutes_behind_most, share_copied
from story_spread
where story_id in (
    select story_id from current_stories where topic = %(topic)s and first_published_at >= %(since)s and articles > 1
    order by first_published_at desc, story_id desc limit %(limit)s
)
order by story_id desc, published_at, page_id;

-- name: agencies
select agency, count(*) filter (where role = 'text') as text, count(*) filter (where role = 'quoted') as quoted,
       count(*) filter (where role = 'picture') as picture, count(*) filter (where role = 'subject') as subject
from article_agencies join current_articles using (page_id, outlet)
where topic = %(topic)s and band = 'about' and current_articles.dated_at >= %(since)s
group by agency order by count(distinct page_id) desc, agency limit 20;

-- name: changes
select changed_at, outlet, url, c.headline, change, diff
from article_changes c join verdicts v using (page_id)
where v.topic = %(topic)s and v.final_band = 'about' and changed_at >= %(since)s
order by changed_at desc, c.page_id limit %(limit)s;

-- name: withdrawn
select gone_since, outlet, url, headline, published_at, is_certain
from withdrawn_articles where topic = %(topic)s and gone_since >= %(since)s
order by gone_since desc, page_id limit %(limit)s;

-- name: uncorrected
select corrected_at, what, outlet, url, headline, copy_outlet, copy_url, copy_headline, copy_read_at
from uncorrected_copies where corrected_at >= %(since)s
order by corrected_at desc, url, copy_url limit %(limit)s;

-- name: doubtful
select dated_at, outlet, url, headline, score, reason from doubtful
where topic = %(topic)s and dated_at >= %(since)s order by dated_at desc, page_id limit %(limit)s;

-- name: digest
with fresh as (
    select distinct story_id from current_articles where topic = %(topic)s and band = 'about' and first_stored_at >= %(since)s
)
select s.first_published_at, s.headline, s.first_outlet, s.first_url, s.outlets, s.articles
from current_stories s join fresh using (story_id)
where s.topic = %(topic)s and not exists (
    select from current_articles a where a.story_id = s.story_id and a.topic = s.topic and a.band = 'about' and a.first_stored_at < %(since)s
)
order by s.first_published_at;
