-- Search, after somebody tried it: a phrase with a name in it, words beside curly quotes and dashes, what stands between commas; and faster:
-- an article is made findable in one statement where all its words are known, and a common phrase is looked for in fewer articles.

-- Roots and words that were missing, found by somebody who tried.
with given (root, after_nasal) as (
    values ('advokasi', 'ngadvokasi'), ('bredel', 'mbredel'), ('gaet', 'nggaet'), ('kepul', 'ngepul'), ('lecut', 'lecut'),
        ('okupasi', 'ngokupasi'), ('rosot', 'rosot'), ('smes', 'ngesmes'), ('teras', 'neras'), ('untai', 'nguntai')
)
insert into poros.word_stems
select root, 'root', root, 2 * length(root) + 1 from given
union all
select after_nasal, 'nasal', root, 2 * length(root) from given
union all
select split_part(word, '=', 1), 'form', split_part(word, '=', 2), 1000 from regexp_split_to_table(
    'diperbaharui=baru kemlu=kemenlu kesebelasan=kesebelasan memangku=pangku memperbaharui=baru mengeklaim=klaim perancis=prancis', ' '
) word
on conflict do nothing;

create or replace function poros.search_words(said text) returns tsvector
language plpgsql immutable parallel safe as $$
declare
    mark text;
begin
    if said is not nfkc normalized then
        said := normalize(said, nfkc);
    end if;
    if octet_length(said) > length(said) then -- quotes, dashes, symbols: without a locale the parser takes them for letters
        said := regexp_replace(said, '[\u00a0-\u00a9\u00ab-\u00b1\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7\u2010-\u2017\u201a-\u206f'
            || '\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f\ufffd\U0001f000-\U0001faff]+', ' ', 'g');
    end if;
    if said ~* '(cita-c|gara-g|hati-h|kupu-k|kura-k|laba-l|mata-m|oleh-o|paru-p|pura-p|sia-s|tiba-t|undang-u)' then
        said := regexp_replace(said, '(cita|gara|hati|kupu|kura|laba|mata|oleh|paru|pura|sia|tiba|undang)-(\1)', '\1\2', 'gi');
    end if;
    foreach mark in array string_to_array('- / . @ & < + _', ' ') loop -- by which the parser would make one word of several
        said := replace(said, mark, ' ');
    end loop;
    foreach mark in array string_to_array(E''' \u2018 \u2019 ` \u00b4', ' ') loop -- Jum'at
        said := replace(said, mark, '');
    end loop;
    return to_tsvector('simple', said);
end
$$;

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

create function poros.term_phrases(said text) returns tsquery[]
language plpgsql stable parallel safe as $$
declare
    words text[] := array(
        select lexeme from unnest(poros.search_words(said)) word cross join unnest(word.positions) place order by place limit 100
    );
    roots text[] := array(select distinct lemma from poros.word_lemmas(words) known cross join unnest(known.lemmas) lemma);
    phrases tsquery[] := array(
        select poros.phrase_query(string_to_array(name, ' '))
        from poros.spellings s cross join unnest(s.finds) name where s.spelling in (array_to_string(words, ' '), array_to_string(roots, ' '))
    );
begin
    if phrases <> '{}' then
        return phrases;
    elsif cardinality(words) > 1 and cardinality(roots) = 1 then -- rudal-rudal, tembak-menembak
        return array[poros.phrase_query(roots)];
    elsif array_to_string(words, '') ~ '^([a-z]+[0-9]+|[0-9]+[a-z]+)$' then -- F-16, F16
        words := regexp_split_to_array(array_to_string(words, ''), '(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])');
        return array[poros.phrase_query(words), poros.phrase_query(array[array_to_string(words, '')])];
    elsif cardinality(words) > 1 and exists (select from poros.spellings where spelling = any(words)) then -- Korut-Rusia
        return poros.every_phrase(words);
    end if;
    return array_remove(array[poros.phrase_query(words)], null);
end
$$;
comment on function poros.term_phrases is 'The phrases, one of which is meant by what stands between two blanks: a word, a name in every spelling, words with a hyphen between them.';

create function poros.every_phrase(terms text[]) returns tsquery[]
language plpgsql stable parallel safe as $$
declare
    term text;
    phrases tsquery[];
    following tsquery[];
begin
    foreach term in array terms loop
        following := poros.term_phrases(term);
        if cardinality(phrases) * cardinality(following) > 200 then -- so many names in one phrase: of those from here on the first spelling
            following := following[1:1];
        end if;
        if following <> '{}' then -- each with each: of alternatives that are not equally long PostgreSQL does not know where they end
            phrases := coalesce((select array_agg(a <-> b) from unnest(phrases) a cross join unnest(following) b), following);
        end if;
    end loop;
    return phrases;
end
$$;
comment on function poros.every_phrase is 'The phrases, one of which is meant by terms that follow each other.';

drop function poros.term_query;

create or replace function poros.search_query(words text) returns tsquery
language plpgsql stable parallel safe as $$
declare
    said text := translate(replace(replace(left(words, 10000), '|', ' or '), '-(', '-'), E'\u201c\u201d\u201e\u00ab\u00bb\u2010\u2011\u2013\u2014,;/()', '"""""----     ');
    name text;
    item record;
    term tsquery;
    either tsquery;
    every tsquery;
    follows_or boolean := false;
begin
    for name in -- so that what follows takes a name of several words for one term
        select spelling from poros.spellings where spelling like '% %' and strpos(lower(said), split_part(spelling, ' ', 1)) > 0
        order by length(spelling) desc
    loop
        said := regexp_replace(said, '\m' || replace(name, ' ', '[\s-]+') || '\M', replace(name, ' ', '-'), 'gi');
    end loop;
    for item in
        select piece[1] = '-' as is_negated, coalesce(piece[2], piece[3]) as text, piece[2] is not null as is_phrase
        from regexp_matches(said, '(-?)(?:"([^"]*)"?|([^\s"]+))', 'g') piece
        where coalesce(piece[2], piece[3]) ~ '[[:alnum:]]' limit 100
    loop
        if lower(item.text) = 'or' and not item.is_phrase and not item.is_negated then
            follows_or := true;
            continue;
        elsif item.text = 'AND' then -- which is meant anyway
            continue;
        end if;
        term := null;
        select string_agg(phrase::text, ' | ')::tsquery into term
        from unnest(poros.every_phrase(array(select left(part, 500) from regexp_split_to_table(item.text, '\s+') part))) phrase;
        if term is null then
            continue;
        elsif item.is_negated then
            term := !! term;
        end if;
        if follows_or and either is not null then
            either := either || term;
        else
            every := coalesce(every && either, either);
            either := term;
        end if;
        follows_or := false;
    end loop;
    return coalesce(every && either, either);
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
    if in_outlet is not null and not exists (select from poros.outlets o where o.outlet = in_outlet) then
        raise exception 'there is no outlet %', in_outlet using hint = 'select outlet from outlets';
    end if;
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

-- What was stored before is made findable again (0018) where its words are others now.
create temporary table changed as
select form, f.lemmas from poros.word_forms f join poros.word_lemmas(array(select form from poros.word_forms)) anew on anew.word = f.form
where anew.lemmas <> f.lemmas or form ~ '[\u2010-\u206f\u20a0-\u20cf\u2190-\u2bff]';
delete from poros.search_documents where document @@ (
    select string_agg(quote_literal(lemma), ' | ')::tsquery from changed cross join unnest(lemmas) lemma
);
delete from poros.word_forms where form in (select form from changed);
drop table changed;
