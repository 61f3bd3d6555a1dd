-- When all that `scrapy doctor` checks of an outlet held, so that a declaration says how far it is proven.
create table crawler.outlet_checks (
    outlet text primary key,
    first_held_at timestamptz not null,
    last_held_at timestamptz not null,
    constraint outlet_checks_times check (first_held_at <= last_held_at)
);
comment on table crawler.outlet_checks is 'Outlets of which scrapy doctor has found everything as their spiders declare it; one that never passed has no row.';
comment on column crawler.outlet_checks.outlet is 'Name of the spider.';
comment on column crawler.outlet_checks.first_held_at is 'When all checks of scrapy doctor held for the first time.';
comment on column crawler.outlet_checks.last_held_at is 'When they all held last; the time of the doctor that found it so.';
