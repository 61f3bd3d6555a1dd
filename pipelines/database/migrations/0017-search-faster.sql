-- An article is made findable in one statement where all its words are known, and a common phrase is looked for in fewer articles.

create or replace function poros.index_articles(pages bigint[]) returns setof bigint
language plpgsql set enable_seqscan = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
declare
    article record;
    words tsvector;
    unknown text[]; -- of its words, those that no article had before
begin
    for article in
        select a.page_id, a.dated_at, a.version_no, a.outlet, poros.search_words(left(a.headline, 5000)) as headline,
            poros.search_words(left(concat_ws(' ', a.subtitle, split_part(a.body, E'\n\n', 1)), 50000)) as lead,
            poros.search_words(substr(a.body, length(split_part(a.body, E'\n\n', 1)) + 1, 100000)) as rest
        from poros.articles a where a.page_id = any(pages) and not a.superseded
    loop
        loop
            select coalesce(setweight((string_agg(entry, ' ') filter (where weight = 'A'))::tsvector, 'A'), '')
                || coalesce(setweight((string_agg(entry, ' ') filter (where weight = 'B'))::tsvector, 'B'), '')
                || coalesce(setweight((string_agg(entry, ' ') filter (where weight = 'C'))::tsvector, 'C'), ''),
                array_agg(distinct lexeme order by lexeme) filter (where lemmas is null)
            into words, unknown
            from (
                select weight, lexeme, lemmas, '''' || lemma || ''':' || array_to_string(positions, ',') as entry
                from (values ('A', article.headline), ('B', article.lead), ('C', article.rest)) part (weight, said)
                cross join unnest(said) word left join poros.word_forms f on f.form = lexeme left join unnest(f.lemmas) lemma on true
            ) known;
            exit when unknown is null;
            insert into poros.word_forms select word, lemmas from poros.word_lemmas(unknown)
            on conflict (form) do update set lemmas = excluded.lemmas;
        end loop;
        insert into poros.search_documents values (
            article.page_id, article.dated_at, article.version_no,
            words || array_to_tsvector(array['@' || article.outlet,
                to_char(article.dated_at at time zone 'UTC', '"@"YYYY'), to_char(article.dated_at at time zone 'UTC', '"@"YYYY-MM')])
        ) on conflict (page_id) do update
        set (dated_at, version_no, document) = row(excluded.dated_at, excluded.version_no, excluded.document);
        return next article.page_id;
    end loop;
end
$$;

create or replace function poros.search_articles(
    words text, since timestamptz default null, until timestamptz default null, in_outlet text default null, on_topic text default null,
    hits integer default 20
) returns table (page_id bigint, published_wib timestamp, outlet text, headline text, snippet text, rank bigint, url text)
language plpgsql stable set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    query tsquery := poros.search_query(words);
    lexemes text[] := array(select piece[1] from regexp_matches(query::text, '''([^'']+)''', 'g') piece);
    forms text[] := array(select form from poros.word_forms where lemmas && lexemes and form !~ '[^[:alnum:]]');
    filter tsquery := case when in_outlet is null then query
        else query && quote_literal('@' || regexp_replace(in_outlet, '\W', '', 'g'))::tsquery end;
    earliest timestamptz := greatest(since, (select min(dated_at) from poros.search_documents));
    latest timestamptz := least(until, (select max(dated_at) + interval '1 second' from poros.search_documents));
    is_phrase boolean := query::text like '%<%';
    starts timestamptz;
    unit text;
    months integer := 1;
    searched integer := 0; -- months
    newest bigint[] := '{}';
begin
    -- Back in time, step by step, until there are enough: a common word is in hundreds of thousands of articles.
    while numnode(query) > 0 and latest > earliest and cardinality(newest) < 2000 loop
        unit := case when months > 12 then 'year' else 'month' end;
        starts := greatest(earliest, (date_trunc(unit, (latest - interval '1 microsecond') at time zone 'UTC')
            - case unit when 'year' then months / 12 * interval '1 year' else (months - 1) * interval '1 month' end) at time zone 'UTC');
        with hit as materialized (
            select d.page_id, d.dated_at from poros.search_documents d
            where d.document @@ (filter && (
                select string_agg(to_char(period, case unit when 'year' then '"''@"YYYY"''"' else '"''@"YYYY-MM"''"' end), ' | ')::tsquery
                from generate_series(date_trunc(unit, starts at time zone 'UTC'), latest at time zone 'UTC', ('1 ' || unit)::interval) period
            ))
        )
        select newest || array(
            select hit.page_id from hit
            where hit.dated_at >= starts and hit.dated_at < latest and (on_topic is null or exists (
                select from poros.verdicts v where v.page_id = hit.page_id and v.topic = on_topic and v.band in ('about', 'review')
            ))
            order by hit.dated_at desc, hit.page_id desc limit 2000 - cardinality(newest)
        ) into newest;
        -- A phrase has to be looked for in the articles themselves: those that seldom have it are not all read for the sake of a rank.
        if is_phrase and cardinality(newest) >= hits then
            exit when (select count(*) > 10000 from (select from poros.search_documents where dated_at >= starts limit 10001) walked);
        end if;
        latest := starts;
        searched := searched + months; -- the next step is as long as it seems to need
        months := least(
            months * case when is_phrase then 2 when cardinality(newest) < 20 then 4 else 16 end,
            1.2 * searched * (2000 - cardinality(newest)) / nullif(cardinality(newest), 0) + 1
        );
    end loop;
    return query
    with ranked as materialized (
        select d.page_id, place, row_number() over (order by ts_rank(d.document, query) desc, place) as rank
        from unnest(newest) with ordinality hit (page_id, place) join poros.search_documents d on d.page_id = hit.page_id
        order by place limit hits
    )
    select r.page_id, a.dated_at at time zone 'Asia/Jakarta', a.outlet, a.headline, poros.search_snippet(a.body, forms), r.rank, p.url
    from ranked r join poros.articles a on a.page_id = r.page_id join poros.pages p on p.page_id = r.page_id
    order by r.place;
end
$$;
comment on function poros.search_articles is 'The newest articles that a search finds, with a sentence that shows why. rank: 1 is the best by ts_rank of the newest 2,000 (of a phrase that is in fewer of the newest 10,000 articles: of those).';
