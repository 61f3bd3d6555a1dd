"""How far an outlet's routes have been followed, which coverage_gaps were left, and which past days were looked at again."""

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


def close_gaps(connection: psycopg.Connection, outlet: str, since: datetime, until: datetime) -> None:
    """Mark as closed the coverage_gaps that lie within a time that was looked at whole."""
    connection.execute(
        """
        update crawl_issues set closed_at = clock_timestamp()
        where outlet = %s and closed_at is null and gap_from >= %s and gap_to <= %s
        """,
        [outlet, since, until],
    )


def close_backfilled_gaps(connection: psycopg.Connection, outlet: str) -> None:
    """Mark as closed the coverage_gaps of which every day has been backfilled since they were noticed."""
    connection.execute(
        """
        update crawl_issues as hole set closed_at = clock_timestamp()
        where outlet = %s and closed_at is null and gap_from is not null and not exists (
            select from generate_series((gap_from at time zone 'Asia/Jakarta')::date, (gap_to at time zone 'Asia/Jakarta')::date,
                                        interval '1 day') as missed (day)
            where not exists (
                select from backfilled_days as done
                where done.outlet = hole.outlet and done.day = missed.day and done.run_id > hole.run_id
            )
        )
        """,
        [outlet],
    )


def backfilled(connection: psycopg.Connection, outlet: str) -> set[date]:
    """The days (WIB) of which a backfill of the outlet was finished."""
    return {day for (day,) in connection.execute("select day from backfilled_days where outlet = %s", [outlet])}


def finish_days(connection: psycopg.Connection, outlet: str, days: Sequence[date], run_id: int) -> None:
    """Write down that a run has finished these days."""
    connection.cursor().executemany(
        """
        insert into backfilled_days (outlet, day, run_id) values (%s, %s, %s)
        on conflict (outlet, day) do update set run_id = excluded.run_id
        """,
        [(outlet, day, run_id) for day in days],
    )
