"""`cws engine`: the engine alone, in the place of Step Functions."""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path

import click

from coworks.cli.listening import listening_at
from coworks.engine.api import Alone, serve_alone
from coworks.engine.names import Arns


@click.command()
@listening_at(8083)
@click.option(
    "--db",
    "database",
    default="engine.db",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that keeps everything.",
)
@click.option(
    "--buckets",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder whose folders are the buckets of distributed Maps, in the place of S3.",
)
@click.option("--region", default="us-east-1", show_default=True, help="The region in ARNs.")
@click.option("--account", default="000000000000", show_default=True, help="The account in ARNs.")
@click.option("-q", "--quiet", is_flag=True, help="No line per call.")
def engine(
    host: str, port: int, database: Path, buckets: Path | None, region: str, account: str, quiet: bool
) -> None:
    """Run state machines alone, behind the API of Step Functions."""
    _set_up_logging(quiet)
    alone = Alone(database, host, port, Arns(region=region, account=account), buckets)
    serve_alone(alone, partial(_announce, database))


def _announce(database: Path, url: str) -> None:
    click.echo(f"the engine runs at {url}, everything is kept in {database} (Ctrl-C stops it)\n")
    click.echo("boto3 and the aws command find it with\n")
    click.echo(f"  export AWS_ENDPOINT_URL_SFN={url}")
    click.echo("  export AWS_DISABLE_HOST_PREFIX_INJECTION=true\n")
    sys.stdout.flush()


def _set_up_logging(quiet: bool) -> None:
    logging.basicConfig(stream=sys.stdout, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("coworks").setLevel(logging.WARNING if quiet else logging.INFO)
    logging.getLogger("coworks.executions").setLevel(logging.INFO)  # for machines that ask for it


COMMANDS = (engine,)
