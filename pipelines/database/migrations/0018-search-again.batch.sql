-- The articles whose words are read otherwise since 0017.
select from poros.index_articles(array(
    select page_id from poros.articles a
    where not superseded and not exists (select from poros.search_documents d where d.page_id = a.page_id)
    order by page_id limit 200
));
