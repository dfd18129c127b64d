"""What to do next, with commands that can be copied."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import dataclass
from pathlib import Path

from stancekit.apps.options import names
from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.labelling.history import LabellingSettings
from stancekit.labelling.items import Progress
from stancekit.labelling.labellings import Labellings
from stancekit.training.learning import learnable

FEW = 50
FEW_OF_A_LABEL = 20
FEW_IN_SAMPLE = 30
FOLDS = 5
"""Groups that `train` takes at least, as it is called here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Commands on the same statements, with all that this one was given.

    Attributes
    ----------
    options : argparse.Namespace
        What this command was given.
    settings : LabellingSettings
        What the state file was begun with.
    is_packaged : bool
        Whether the codebook is that of the model in the package, so that it need not be named.
    """

    options: argparse.Namespace
    settings: LabellingSettings
    is_packaged: bool

    @property
    def knows_codebook(self) -> bool:
        """Whether commands that do not read the state file can be told the codebook."""
        return self.is_packaged or bool(self.options.codebook)

    def label(self, *more: str) -> str:
        """Label on, or do what else `stancekit label` does with what is there."""
        also = ["--also", self.options.also] if names(self.options.also) else []
        return self._label(self.options.state, *also, *more)

    def second(self) -> str:
        """Begin the file of a second coder, with the same random sample."""
        settings, plain = self.settings, LabellingSettings()
        more = ["--seed", str(settings.seed)] if settings.seed != plain.seed else []
        more += ["--audit", f"{settings.audit:g}"] if settings.audit != plain.audit else []
        return self._label(_free("second", ".jsonl"), "--coder", "second", *more)

    def agreement(self, table: str, coders: list[str]) -> str:
        """Measure agreement on an exported table."""
        return _line("agreement", table, "--coders", ",".join(coders), *self._group(), *self._codebook())

    def train(self, table: str) -> str:
        """Train on an exported table."""
        text = ["--text", self.options.text] if self.options.text != "text" else []
        return _line("train", table, *text, *self._group(), *self._codebook(), "--output", _free("my-model"))

    def _label(self, state: str, *more: str) -> str:
        given = self.options
        columns = ["--text", given.text] if given.text != "text" else []
        columns += ["--id", given.id] if given.id else []
        columns += [*self._group(), *(["--context", given.context] if names(given.context) else [])]
        return _line("label", given.table, "--state", state, *columns, *self._codebook(), *more)

    def _group(self) -> list[str]:
        return ["--group", self.options.group] if self.options.group else []

    def _codebook(self) -> list[str]:
        return ["--codebook", self.options.codebook] if self.options.codebook else []


def next_steps(labellings: Labellings, progress: dict[str, Progress], n_shared: int, commands: Commands) -> list[str]:
    """Say what to do next; commands stand on lines of their own."""
    is_left = any(one.n_decided < one.n_statements for one in progress.values())
    steps = (
        _sample_steps(labellings) if is_left else [f"all {len(labellings.pool):,} statements of the table are decided"]
    )
    steps += _coder_steps(labellings, n_shared, commands, is_left=is_left)
    steps += _rare_steps(labellings, progress, is_left=is_left)
    return steps + _result_steps(labellings, n_shared, commands, is_left=is_left)


def _sample_steps(labellings: Labellings) -> list[str]:
    steps = []
    if waiting := labellings.open_audit():
        steps.append(f"decide on the {len(waiting)} open statements of the random sample: {', '.join(waiting[:5])}")
    n_audited = len(labellings.audit)
    if 0 < n_audited < FEW_IN_SAMPLE <= len(labellings.pool):
        steps.append(
            f"go on until the random sample has {FEW_IN_SAMPLE} statements, the least for a share (it has {n_audited})"
        )
    return steps


def _coder_steps(labellings: Labellings, n_shared: int, commands: Commands, *, is_left: bool) -> list[str]:
    if len(labellings.coders) < 2:
        step = "let a second coder label the same random sample (another --state, the same --seed)"
        return [_with(step, commands.second()) if commands.knows_codebook else step]
    if n_shared < FEW <= len(labellings.pool) and is_left:
        return [f"go on until two coders have judged {FEW} statements ({n_shared} so far): agreement needs them"]
    return []


def _rare_steps(labellings: Labellings, progress: dict[str, Progress], *, is_left: bool) -> list[str]:
    counts = {label: max(one.per_label[label] for one in progress.values()) for label in labellings.codebook.labels}
    rare = ", ".join(label for label, count in counts.items() if count < FEW_OF_A_LABEL)
    if not rare:
        return []
    if not is_left:
        return [
            f"fewer than {FEW_OF_A_LABEL} each of {rare}, and the table has no more: add statements to it "
            "(--accept-changes goes on with a table that has changed)"
        ]
    return [f"find more of {rare}: fewer than {FEW_OF_A_LABEL} each (--strategy rare in a new file looks for them)"]


def _result_steps(labellings: Labellings, n_shared: int, commands: Commands, *, is_left: bool) -> list[str]:
    table = _free("labels", ".csv")
    steps = [_with("the labels as a table", commands.label("--export", table))] if labellings.decided() else []
    if n_shared and commands.knows_codebook:
        steps.append(_with("all of the agreement, from that table", commands.agreement(table, list(labellings.coders))))
    try:
        is_whole = _can_train(labellings)
    except InvalidInputError as error:
        steps += [f"no model yet: {error}"] * is_left
    else:
        if is_whole and commands.knows_codebook:
            steps.append(_with("a model of all labels, from that table", commands.train(table)))
        else:
            folder = _free("my-model")
            what = "a model of all labels" if is_whole else "a model of the labels that can be learned yet"
            steps.append(_with(what, commands.label("--export-model", folder, "--with-audit")))
    if not commands.knows_codebook:
        others = "agreement and training" if n_shared else "training and a second coder"
        name = labellings.codebook.name
        steps.append(
            f"commands for {others} need the file of the codebook {name!r}; with --codebook FILE here, they show"
        )
    return steps


def _can_train(labellings: Labellings) -> bool:
    """Tell whether `train` takes the labels as they are; raises as `learnable`."""
    data = labellings.labelled()
    book: Codebook = learnable(data, labellings.codebook)
    return book.labels == labellings.codebook.labels and len(set(data.groups)) >= FOLDS


def _with(what: str, command: str) -> str:
    return f"{what}:\n{command}"


def _line(*words: str) -> str:
    return shlex.join(["stancekit", *words])


def _free(name: str, suffix: str = "") -> str:
    """Give a name that no file has yet, so that what is copied does not fail.

    Examples
    --------
    >>> _free("no such labels", ".csv")
    'no such labels.csv'
    """
    found, n = Path(f"{name}{suffix}"), 1
    while found.exists():
        n += 1
        found = Path(f"{name}-{n}{suffix}")
    return str(found)
