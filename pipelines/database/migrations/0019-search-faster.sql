-- An article is made findable in less time: its words are looked up in one pass, and the index sorts them in larger steps.

create or replace function poros.search_words(said text) returns tsvector
language plpgsql immutable parallel safe as $$
declare
    mark text;
begin
    if octet_length(said) > length(said) then
        if said is not nfkc normalized then
            said := normalize(said, nfkc);
        end if;
        -- Quotes, dashes, symbols: without a locale the parser takes them for letters.
        said := regexp_replace(said, '[\u00a0-\u00a9\u00ab-\u00b1\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7\u2010-\u2017\u201a-\u206f'
            || '\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f\ufffd\U0001f000-\U0001faff]+', ' ', 'g');
    end if;
    if said ~* '(a-[cgklmpst]|i-h|u-[kp]|h-o|g-u)' then -- a quarter of the time of the next, and mostly all
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
        select a.page_id, a.dated_at, a.version_no, a.outlet,
            setweight(poros.search_words(left(a.headline, 5000)), 'A')
            || setweight(poros.search_words(left(concat_ws(' ', a.subtitle, split_part(a.body, E'\n\n', 1)), 50000)), 'B')
            || setweight(poros.search_words(substr(a.body, length(split_part(a.body, E'\n\n', 1)) + 1, 100000)), 'C') as said
        from poros.articles a where a.page_id = any(pages) and not a.superseded
    loop
        loop
            -- An entry is 'word':1A,7C. No word has a quotation mark or a blank: search_words drops them.
            select coalesce(string_agg('''' || lemma || '''' || split_part(entry, '''', 3), ' '), '')::tsvector,
                array_agg(split_part(entry, '''', 2)) filter (where lemmas is null)
            into words, unknown
            from string_to_table(nullif(article.said::text, ''), ' ') entry
            left join poros.word_forms f on f.form = split_part(entry, '''', 2) left join unnest(f.lemmas) lemma on true;
            exit when unknown is null;
            insert into poros.word_forms select word, lemmas from poros.word_lemmas(unknown) order by word
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

alter index poros.search_documents_words set (gin_pending_list_limit = 4096);
