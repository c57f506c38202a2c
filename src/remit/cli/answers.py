"""How commands answer: one sentence for a refusal, JSON where a script asked for it, and no traceback for what was foreseen."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer


class CliError(Exception):
    """What stops a command, as a sentence with the remedy. `exit_code` 1: refused or failed; 2: called wrongly."""

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def print_json(data: Any) -> None:
    """One object on one line: the last line of a command's output is what a script reads."""
    typer.echo(json.dumps(data, ensure_ascii=False, default=str))


@contextmanager
def refusals_as_sentences(*, as_json: bool = False) -> Iterator[None]:
    """Turns what a room refuses with into one sentence (or one JSON object) and exit code 1. Needs Django."""
    from django.core.exceptions import ValidationError

    from remit.kernel.accounts.errors import AccountsError
    from remit.kernel.authority.facts import BadFacts
    from remit.lib.refusals import Refusal
    from remit.lib.yaml_reader import BadYaml

    try:
        yield
    except Refusal as error:
        _stop(error.code, error.sentence, error.data, as_json)
    except BadFacts as error:
        lines = "\n".join(f"  {name}: {fault}" for name, fault in error.faults.items())
        _stop("bad_facts", f"所给的内容不能接受:\n{lines}" if not as_json else str(error), error.faults, as_json)
    except AccountsError as error:
        _stop(error.code, str(error), {}, as_json)
    except ValidationError as error:
        _stop("invalid", ";".join(error.messages), {}, as_json)
    except (BadYaml, LookupError) as error:
        _stop("invalid", str(error.args[0] if error.args else error), {}, as_json)


def _stop(code: str, sentence: str, data: Any, as_json: bool) -> None:
    if as_json:
        print_json({"code": code, "sentence": sentence, "data": data})
        raise typer.Exit(1)
    raise CliError(sentence)
