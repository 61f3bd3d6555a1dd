-- An article is made findable in less time: the lemmas of a word are put together without a row each, and looked up by hash.

create index word_forms_lookup on poros.word_forms using hash (form);

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
            select coalesce(string_agg(
                    '''' || nullif(array_to_string(lemmas, '''' || split_part(entry, '''', 3) || ' '''), '') || '''' || split_part(entry, '''', 3),
                ' '), '')::tsvector,
                array_agg(split_part(entry, '''', 2)) filter (where lemmas is null)
            into words, unknown
            from string_to_table(nullif(article.said::text, ''), ' ') entry
            left join poros.word_forms f on f.form = split_part(entry, '''', 2);
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
