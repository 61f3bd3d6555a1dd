"""How far an outlet's routes have been followed, which coverage gaps were left, and which past days were looked at again."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import psycopg
from psycopg.types.json import Jsonb

from crawler.article import RouteState, Validators
from pipelines.database.connection import storable


def route_states(connection: psycopg.Connection, outlet: str) -> dict[str, RouteState]:
    """What earlier runs saw of the outlet's routes, by route."""
    query = "select route, high_water_mark, completed_at, last_nonempty_at, validators from routes where outlet = %s"
    return {
        route: RouteState(
            high_water_mark=high_water_mark,
            completed_at=completed_at,
            last_nonempty_at=last_nonempty_at,
            validators={url: Validators(*values) for url, values in validators.items()},
        )
        for route, high_water_mark, completed_at, last_nonempty_at, validators in connection.execute(query, [outlet])
    }


def save_route_states(connection: psycopg.Connection, outlet: str, routes: Mapping[str, RouteState]) -> None:
    """Write down what a run saw of routes; None leaves what earlier runs saw."""
    connection.cursor().executemany(
        """
        insert into routes (outlet, route, high_water_mark, completed_at, last_nonempty_at, validators) values (%s, %s, %s, %s, %s, %s)
        on conflict (outlet, route) do update set
            high_water_mark = coalesce(excluded.high_water_mark, routes.high_water_mark),
            completed_at = coalesce(excluded.completed_at, routes.completed_at),
            last_nonempty_at = coalesce(excluded.last_nonempty_at, routes.last_nonempty_at),
            validators = case when excluded.high_water_mark is null then routes.validators else excluded.validators end
        """,
        [
            (outlet, name, each.high_water_mark, each.completed_at, each.last_nonempty_at, Jsonb(each.validators, dumps=_dumps))
            for name, each in routes.items()
        ],
    )


def _dumps(validators: Mapping[str, Validators]) -> str:
    return storable(json.dumps(validators, ensure_ascii=False))


def note_gaps(connection: psycopg.Connection, outlet: str, gaps: Mapping[str, tuple[datetime, datetime]]) -> None:
    """Write down times (from, to) that a run could not look at, by route."""
    connection.cursor().executemany(
        "insert into coverage_gaps (outlet, route, gap_from, gap_to) values (%s, %s, %s, %s)",
        [(outlet, route, *gap) for route, gap in gaps.items()],
    )


def close_gaps(connection: psycopg.Connection, outlet: str, since: datetime, until: datetime) -> None:
    """Mark as closed the gaps within a time that was looked at whole, and those of which every day has been backfilled since."""
    connection.execute(
        """
        update coverage_gaps as gap set closed_at = clock_timestamp()
        where outlet = %s and closed_at is null and (gap_from >= %s and gap_to <= %s or not exists (
            select from generate_series((gap_from at time zone 'Asia/Jakarta')::date, (gap_to at time zone 'Asia/Jakarta')::date,
                                        interval '1 day') as missed (day)
            where not exists (
                select from backfilled_days as done
                where done.outlet = gap.outlet and done.day = missed.day and done.finished_at > gap.noticed_at
            )
        ))
        """,
        [outlet, since, until],
    )


def settle_debt(connection: psycopg.Connection, run_id: int) -> None:
    """Of a run by hand that has ended: note as a coverage gap what it left undone, or close what earlier ones of as much time left.

    No later run looks back further than the routes' high-water marks.
    """
    connection.execute(
        """
        insert into coverage_gaps (outlet, route, gap_from, gap_to)
        select outlet, '--since', since, coalesce(until, mark, logical_clock)
        from crawl_runs run cross join lateral (select min(high_water_mark) as mark from routes where routes.outlet = run.outlet) followed
        where run_id = %(run_id)s and by_hand and not finished and since < coalesce(until, mark, logical_clock) and not exists (
            select from coverage_gaps gap
            where gap.outlet = run.outlet and closed_at is null and gap_from <= since and gap_to >= coalesce(until, mark, logical_clock)
        )
        """,
        {"run_id": run_id},
    )
    connection.execute(
        """
        update coverage_gaps gap set closed_at = clock_timestamp() from crawl_runs run
        where run_id = %(run_id)s and by_hand and finished and gap.outlet = run.outlet and route = '--since' and closed_at is null
            and gap_from >= since and gap_to <= coalesce(until, logical_clock)
        """,
        {"run_id": run_id},
    )


def backfilled(connection: psycopg.Connection, outlet: str) -> set[date]:
    """The days (WIB) of which a backfill of the outlet was finished."""
    return {day for (day,) in connection.execute("select day from backfilled_days where outlet = %s", [outlet])}


def finish_days(connection: psycopg.Connection, outlet: str, days: Sequence[date]) -> None:
    """Write down that a run has finished these days."""
    connection.cursor().executemany(
        """
        insert into backfilled_days (outlet, day) values (%s, %s)
        on conflict (outlet, day) do update set finished_at = excluded.finished_at
        """,
        [(outlet, day) for day in days],
    )
