-- Which news agencies and foreign outlets an article names, and in which role.

alter table poros.articles add agency_mentions jsonb not null default '[]';
comment on column poros.articles.agency_mentions is 'The agencies it names, each with its role, as in article_agencies; [] also for articles last read before roles were.';
comment on column poros.articles.agencies is 'News agencies and foreign outlets that it names in any role, by their canonical names: AP, Reuters.';
comment on column poros.current_articles.agencies is 'News agencies and foreign outlets that it names in any role, by their canonical names: AP, Reuters.';
comment on column poros.story_spread.agencies is 'News agencies and foreign outlets that it names in any role, by their canonical names: AP, Reuters.';

-- One spelling: what stands here was stored as printed.
update poros.articles set agencies = array(
    select case upper(name) when 'ASSOCIATED PRESS' then 'AP' when 'REUTERS' then 'Reuters' when 'YONHAP' then 'Yonhap' when 'XINHUA' then 'Xinhua'
                            when 'KYODO' then 'Kyodo' when 'ANTARA' then 'Antara' else name end
    from unnest(agencies) with ordinality as printed (name, place) group by 1 order by min(place)
) where agencies <> '{}';
update poros.articles set dateline = initcap(dateline) where dateline is not null;
update poros.articles set section = initcap(section) where section is not null;
do $$ -- as pipelines/clean.py spells them
declare
    word text;
begin
    foreach word in array string_to_array('AS ASEAN BBC CNBC CNN DIY DKI DPR IHSG IKN KPK MK MPR NTB NTT PBB TNI TV UMKM UN', ' ') loop
        update poros.articles set section = regexp_replace(section, '\m' || initcap(word) || '\M', word, 'g') where section ~ ('\m' || initcap(word) || '\M');
        update poros.articles set dateline = regexp_replace(dateline, '\m' || initcap(word) || '\M', word, 'g') where dateline ~ ('\m' || initcap(word) || '\M');
    end loop;
end
$$;

create index articles_agencies on poros.articles using gin (agencies);

create view poros.article_agencies as
select a.page_id, a.outlet, m.agency, m.role, a.published_at, a.dated_at, a.story_id
from poros.articles a cross join lateral jsonb_to_recordset(a.agency_mentions) as m (agency text, role text)
where not a.superseded;
comment on view poros.article_agencies is 'News agencies and foreign outlets that articles name: one row for each article, agency and role.';
comment on column poros.article_agencies.page_id is 'The article.';
comment on column poros.article_agencies.outlet is 'Its outlet.';
comment on column poros.article_agencies.agency is 'Canonical name: AP, Reuters, RIA Novosti.';
comment on column poros.article_agencies.role is 'text: the article is taken from it; quoted: it says something in it; picture: a picture is credited to it; subject: it is what a sentence is about.';
comment on column poros.article_agencies.published_at is 'When the article was published.';
comment on column poros.article_agencies.dated_at is 'published_at, or first_stored_at where the page names no time.';
comment on column poros.article_agencies.story_id is 'The story the article belongs to.';
