-- Read by PostgreSQL's container when it makes its database, after roles.sql: no password stands in a file or in ps.
\getenv crawler CRAWLER_PASSWORD
\getenv reader READER_PASSWORD
alter role crawler password :'crawler';
alter role reader password :'reader';
