"""The options that `deck build` and `deck check` share -> Settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Literal, TypeAlias

import click

from deck_builder.errors import LoadError

Sandbox: TypeAlias = Literal["auto", "off", "strict"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How decks are to be built."""

    theme: str | None
    offline: bool
    no_cache: bool
    no_run: bool
    sandbox: Sandbox
    jobs: int = 1


def building_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments that say which decks are built, and how: `sources` and `settings`."""

    @wraps(command)
    def packed(
        *args: object,
        theme: str | None,
        offline: bool,
        no_cache: bool,
        no_run: bool,
        sandbox: Sandbox,
        jobs: int | None,
        **rest: object,
    ) -> None:
        settings = Settings(theme, offline, no_cache, no_run, sandbox, jobs or usual_jobs())
        command(*args, settings=settings, **rest)

    for option in (
        click.option("--sandbox", type=click.Choice(["auto", "off", "strict"]), default="auto", show_default=True,
                     help="How slide code is held: as well as this machine can, not at all, or in full or not at all."),
        click.option("-j", "--jobs", metavar="N", type=click.IntRange(1, 64),
                     help="Run N decks and independent sessions side by side; else as many as there are processors."),
        click.option("--no-run", is_flag=True, help="Run no code; the slides show it without results."),
        click.option("--no-cache", is_flag=True, help="Run every block and fetch every picture anew."),
        click.option("--offline", is_flag=True, help="No network: remote pictures come from the cache alone."),
        click.option("--theme", metavar="NAME", help="This theme for all decks: a name, none, or a folder."),
        click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path)),
    ):  # fmt: skip
        packed = option(packed)
    return packed


def usual_jobs() -> int:
    """As many as there are processors for this process, up to four."""
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def ready(settings: Settings) -> None:
    """Look before anything is built whether theme and sandbox can be had. Raises `UsageError`, `SandboxError`."""
    if settings.theme is not None:
        from deck_builder.load import load_theme

        try:
            load_theme(settings.theme, Path())
        except LoadError as err:
            raise click.UsageError(f"{err.message} ({err.hint})") from err
    if not settings.no_run:
        from deck_builder.execute.sandbox import policy

        policy(settings.sandbox)
