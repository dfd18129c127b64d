"""Codebooks: the labels, their order, their definitions and their cues. Nothing else defines a label."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from stancekit.errors import CodebookError, unknown_label

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

_NO_PART_OF_A_NAME = re.compile(r"[|\x00-\x1f\x7f-\x9f\u2028\u2029]")  # names stand in cells, lines and lists


def _check_lists(item: Any, name: str) -> None:  # noqa: ANN401 - any of the dataclasses below
    """Raise where one text stands for a list of texts, which would be read letter by letter."""
    for field in fields(item):
        value = getattr(item, field.name)
        if field.type == "tuple[str, ...]" and isinstance(value, str):
            raise CodebookError(f"{field.name} of {name!r} must be a list of text, got the text {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a stance is taken towards.

    Attributes
    ----------
    name : str
        For example ``"sanctions"``.
    definition : str
        What belongs to the target and what does not.
    terms : tuple of str
        Words and phrases that name the target; ``*`` at the end of a word stands for any ending.

    Examples
    --------
    >>> Target(name="tariffs", terms=("tariff*", "customs dut*")).name
    'tariffs'
    """

    name: str
    definition: str = ""
    terms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_lists(self, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """One label of a codebook.

    Attributes
    ----------
    label : str
        The name that predictions carry.
    code : str
        The short form that annotators write; the label itself where none is given.
    target, pole : str or None
        The target's name and the side taken on it.
    definition : str
        When the label applies.
    include, exclude, examples : tuple of str
        What counts, what does not, and statements that take the label.
    predicted : bool
        Whether models give this label. Labels that are not predicted are annotated all the same,
        so that an opposite is known as such and not merely as "none".
    cues : tuple of str
        Phrases that speak for the label by themselves.
    near : tuple of str
        Words that speak for the label when they stand near a term of its target.

    Examples
    --------
    >>> Stance(label="protection", code="+", cues=("infant industr*",)).predicted
    True
    """

    label: str
    code: str = ""
    target: str | None = None
    pole: str | None = None
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    predicted: bool = True
    cues: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_lists(self, self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Words that change what a cue means: negation, modality and reported speech.

    Attributes
    ----------
    negation, modality, reporting : tuple of str
        Words and phrases; ``*`` at the end of a word stands for any ending.

    Examples
    --------
    >>> Context(negation=("not", "no", "never")).modality
    ()
    """

    negation: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    reporting: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_lists(self, "context")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Labels in their order, with definitions, targets and cues.

    Attributes
    ----------
    name : str
        A short name, written with every model.
    stances : tuple of Stance
        At least one; the order of the predicted ones is the order of every array's columns.
    targets : tuple of Target
        Each target that a stance names.
    exclusive : bool
        True for single-label tasks: exactly one label fits each statement.
    description, rules : str, tuple of str
        What annotators read before the definitions and at the borders.
    context : Context
        Words of negation, modality and reported speech for `LexiconFeatures`.

    Raises
    ------
    CodebookError
        On no predicted label, a name used twice, or a target that is not defined.

    Examples
    --------
    >>> book = Codebook.from_labels(["favor", "against", "none"], exclusive=True)
    >>> book.labels
    ('favor', 'against', 'none')
    """

    name: str = "codebook"
    stances: tuple[Stance, ...]
    targets: tuple[Target, ...] = ()
    exclusive: bool = False
    description: str = ""
    rules: tuple[str, ...] = ()
    context: Context = Context()

    def __post_init__(self) -> None:
        _check(self)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that models predict, in the order of every array's columns."""
        return tuple(stance.label for stance in self.stances if stance.predicted)

    @property
    def codes(self) -> dict[str, str]:
        """Every label by its code, predicted or not; a label serves as its own code too."""
        by_code = {stance.label: stance.label for stance in self.stances}
        return by_code | {stance.code: stance.label for stance in self.stances if stance.code}

    def resolve(self, marks: Iterable[str], *, row: int | None = None, field: str | None = None) -> frozenset[str]:
        """Turn labels or codes, as annotators write them, into labels.

        Parameters
        ----------
        marks : iterable of str
            Labels or codes.
        row, field : int and str, optional
            The place to name in an error.

        Returns
        -------
        frozenset of str
            Labels, whether predicted or not.

        Raises
        ------
        InvalidInputError
            On a mark that is neither a label nor a code.
        """
        codes = self.codes
        labels = set()
        for mark in marks:
            if mark not in codes:
                raise unknown_label(mark, codes, row, field)
            labels.add(codes[mark])
        return frozenset(labels)

    def ordered(self, labels: Collection[str]) -> tuple[str, ...]:
        """Give labels, predicted or not, in the codebook's order.

        Examples
        --------
        >>> Codebook.from_labels(["a", "b"]).ordered({"b", "a"})
        ('a', 'b')
        """
        return tuple(stance.label for stance in self.stances if stance.label in labels)

    def predicting(self, labels: Sequence[str]) -> Codebook:
        """Give a copy whose models predict just `labels`, in the codebook's order.

        Raises
        ------
        CodebookError
            On a text in place of a list.
        InvalidInputError
            On what is neither a label nor a code.

        Examples
        --------
        >>> Codebook.from_labels(["a", "b", "c"]).predicting(["c", "a"]).labels
        ('a', 'c')
        """
        if isinstance(labels, str):
            raise CodebookError(f"expected a list of labels, got the text {labels!r}")
        wanted = self.resolve(labels)
        return replace(self, stances=tuple(replace(s, predicted=s.label in wanted) for s in self.stances))

    @classmethod
    def from_labels(cls, labels: Sequence[str], *, exclusive: bool = False, name: str = "codebook") -> Self:
        """Make a codebook of bare labels, in the order given."""
        if isinstance(labels, str):
            raise CodebookError(f"expected a list of labels, got the text {labels!r}")
        return cls(name=name, stances=tuple(Stance(label=label) for label in labels), exclusive=exclusive)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a codebook from a YAML or JSON file.

        Raises
        ------
        CodebookError
            When the file is not valid YAML or JSON, or breaks a rule of codebooks; the message names the field.
        FileNotFoundError
            When there is no such file.
        """
        import pathlib  # not at the top: a model is read without it

        import yaml

        path = pathlib.Path(path)
        # Not all JSON is YAML to PyYAML: tabs, and characters escaped as two surrogates.
        kind, parse = ("JSON", _load_json) if path.suffix.lower() == ".json" else ("YAML", _load_yaml)
        try:
            content = parse(path.read_text(encoding="utf-8-sig"))
        except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
            # PyYAML's messages take several lines and quote the text.
            what = " ".join(str(error).replace('in "<unicode string>", ', "").split())
            raise CodebookError(f"{path} is not a {kind} file: {what}") from error
        try:
            return cls.from_dict(content)
        except CodebookError as error:
            raise CodebookError(f"{path}: {error}") from error

    @classmethod
    def from_dict(cls, content: object) -> Self:
        """Make a codebook from the mapping that a YAML or JSON file holds; the inverse of `to_dict`."""
        values = dict(_mapping(content, "codebook"))
        values["stances"] = tuple(
            _build(Stance, item, f"stances[{i}]") for i, item in enumerate(_items(values, "stances"))
        )
        values["targets"] = tuple(
            _build(Target, item, f"targets[{i}]") for i, item in enumerate(_items(values, "targets"))
        )
        values["context"] = _build(Context, values.get("context") or {}, "context")
        return _build(cls, values, "codebook")

    def to_dict(self) -> dict[str, Any]:
        """Give plain lists, mappings and strings, without the fields that hold their default."""
        content = _plain(self)
        content["stances"] = [_plain(stance) for stance in self.stances]
        if self.targets:
            content["targets"] = [_plain(target) for target in self.targets]
        if "context" in content:
            content["context"] = _plain(self.context)
        return content

    def to_yaml(self) -> str:
        """Write the codebook as YAML, as `read` takes it."""
        import yaml

        text, escaped = (
            yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=readable, width=100)
            for readable in (True, False)
        )
        # PyYAML reads the line breaks of Unicode back as blanks unless they are escaped.
        return escaped if any(mark in text for mark in "\x85\u2028\u2029") else text


def _load_json(text: str) -> object:
    """Read JSON; a key that stands twice is an error, as it is in YAML."""

    def mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
        twice = sorted({key for i, (key, _) in enumerate(pairs) if key in [other for other, _ in pairs[:i]]})
        if twice:
            raise ValueError(f"the key {twice[0]!r} stands twice")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=mapping)


def _load_yaml(text: str) -> object:
    """Read YAML by the safe loader; a key that stands twice is an error, and not the last one's win."""
    import yaml

    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader: Strict, node: yaml.MappingNode) -> dict[object, object]:
        own = [loader.construct_object(key) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        for i, key in enumerate(own):
            if key in own[:i]:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        loader.flatten_mapping(node)  # what is merged in, "<<: *other", comes first, and gives way
        return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in node.value}

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    return yaml.load(text, Loader=Strict)


def _check(book: Codebook) -> None:
    if not book.labels:
        raise CodebookError("a codebook needs at least one predicted stance, got none")
    if book.exclusive and len(book.labels) < 2:
        raise CodebookError(f"an exclusive codebook needs two labels or more, got {list(book.labels)}")
    for kind, names in (
        ("label", [s.label for s in book.stances]),
        ("code", [s.code for s in book.stances if s.code]),
        ("target", [t.name for t in book.targets]),
    ):
        _check_names(kind, names)
    labels = {stance.label for stance in book.stances}
    terms = {target.name: target.terms for target in book.targets}
    for stance in book.stances:
        _check_stance(stance, labels - {stance.label}, terms)


def _check_stance(stance: Stance, other_labels: set[str], terms: Mapping[str, Sequence[str]]) -> None:
    if stance.code in other_labels:
        raise CodebookError(f"the code {stance.code!r} of {stance.label!r} is the label of another stance")
    if stance.target is not None and stance.target not in terms:
        raise CodebookError(f"stance {stance.label!r} names the target {stance.target!r}; defined are {sorted(terms)}")
    if stance.near and not (stance.target and terms[stance.target]):
        raise CodebookError(
            f"stance {stance.label!r} has `near` words but no target with terms to be near to; "
            "give the target terms, or list the words under `cues`"
        )


def _check_names(kind: str, names: Sequence[str]) -> None:
    for name in names:
        if not isinstance(name, str) or not name or name != name.strip() or _NO_PART_OF_A_NAME.search(name):
            raise CodebookError(
                f"{kind} {name!r} must be non-empty text on one line, without '|', control characters or outer blanks"
            )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CodebookError(f"each {kind} must be unique, got {twice} more than once")


def _mapping(content: object, where: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise CodebookError(f"{where} must be a mapping of fields, got {type(content).__name__}")
    return content


def _items(values: Mapping[str, Any], field: str) -> Sequence[object]:
    items = values.get(field) or []
    if not isinstance(items, list | tuple):
        raise CodebookError(f"{field} must be a list, got {type(items).__name__}")
    return items


def _build(kind: type[T], content: object, where: str) -> T:
    """Make a dataclass from a mapping; text, flags and lists of text are checked by the field's type."""
    content = _mapping(content, where)
    types = {field.name: str(field.type) for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(content) - set(types), key=str)  # YAML's keys may be numbers and flags
    if unknown:
        raise CodebookError(f"{where} has the unknown fields {unknown}; expected among {sorted(types)}")
    values = {name: _value(value, types[name], f"{where}.{name}") for name, value in content.items()}
    if missing := [name for name in ("label", "stances") if name in types and not values.get(name)]:
        raise CodebookError(f"{where} has no {missing[0]!r}")
    if "name" in types and kind is Target and not values.get("name"):
        raise CodebookError(f"{where} has no 'name'")
    return kind(**values)


def _value(value: object, kind: str, where: str) -> object:
    if kind == "tuple[str, ...]":
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise CodebookError(f"{where} must be a list of text, got {value!r}")
        return tuple(items)
    expected = {"str": (str,), "str | None": (str, type(None)), "bool": (bool,)}.get(kind)
    if expected and not isinstance(value, expected):
        raise CodebookError(f"{where} must be {kind}, got {type(value).__name__}: {value!r}")
    return value


def _plain(item: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the dataclasses above
    content = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if value != field.default:
            content[field.name] = list(value) if isinstance(value, tuple) else value
    return content
