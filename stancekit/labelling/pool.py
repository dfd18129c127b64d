"""The statements to label, by their ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path

from stancekit.errors import InvalidInputError, missing_column, naming, place
from stancekit.labelled import read_group
from stancekit.tables import read_table
from stancekit.text.checks import check_statement
from stancekit.text.identity import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPool:
    """Statements to label.

    Attributes
    ----------
    ids : tuple of str, of length n_statements
        What each is called, each once.
    texts : tuple of str, of length n_statements
        The statements.
    groups : tuple of str, of length n_statements
        Speech or document of each.
    context : mapping of str to tuple of str
        Other columns, to be shown beside the statement.
    source : str
        What to call the whole in messages.
    names : mapping of str to str
        What the columns "id", "text" and "group" are called in the source; those that it has.

    Raises
    ------
    InvalidInputError
        On no statement, an id that comes twice or is blank, or columns of other lengths.

    Examples
    --------
    >>> pool = StatementPool.of(["Lift the embargo.", "We met."], ids=["a", "b"])
    >>> pool.text("b"), len(pool)
    ('We met.', 2)
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    groups: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = "the statements"
    names: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(init=False, repr=False)
    _orders: dict[tuple[int, str], dict[str, int]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.ids:
            raise InvalidInputError(f"{self.source}: there are no statements to label")
        for name, column in {"texts": self.texts, "groups": self.groups, **self.context}.items():
            if len(column) != len(self.ids):
                raise InvalidInputError(f"{name!r} has {len(column)} rows, expected {len(self.ids)} as there are ids")
        rows: dict[str, int] = {}
        for row, name in enumerate(self.ids):
            if not name.strip():
                raise InvalidInputError(f"{self.source}: there is no id{place(row)}; every statement needs one")
            if rows.setdefault(name, row) != row:
                raise InvalidInputError(
                    f"{self.source}: rows {rows[name]} and {row} have the same id {name!r}; give each its own"
                )
        object.__setattr__(self, "rows", rows)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, name: object) -> bool:
        return name in self.rows

    @classmethod
    def of(
        cls, texts: Iterable[str], *, ids: Sequence[str] | None = None, groups: Sequence[str] | None = None
    ) -> StatementPool:
        """Make a pool of statements in memory; without ids they are called by their numbers."""
        checked = tuple(check_statement(text, row=row) for row, text in enumerate(texts))
        names = tuple(str(row) for row in range(len(checked))) if ids is None else tuple(ids)
        return cls(ids=names, texts=checked, groups=names if groups is None else tuple(groups))

    def text(self, name: str) -> str:
        """Give the statement of an id.

        Raises
        ------
        InvalidInputError
            When there is none.
        """
        if name not in self.rows:
            raise InvalidInputError(f"{self.source} has no statement {name!r}")
        return self.texts[self.rows[name]]

    def fingerprint(self, name: str) -> str:
        """Give the fingerprint of a statement's text, by which an edit shows."""
        return fingerprint(self.text(name))

    def order(self, seed: int, purpose: str) -> Mapping[str, int]:
        """Give the ids in random order, with the place of each.

        The order goes by a keyed hash of each id, so it is the same on every machine, for every coder and whatever
        the order of the rows, and statements that are added later fall in at random places: every beginning of it is
        a simple random sample of the pool. It is made once, and then remembered.

        Parameters
        ----------
        seed : int
            The key.
        purpose : str
            What the order is for; orders for different purposes have nothing to do with each other.

        Examples
        --------
        >>> sorted(StatementPool.of(["Lift it.", "We met."]).order(0, "audit"))
        ['0', '1']
        """
        if (seed, purpose) not in self._orders:
            ranked = sorted(self.ids, key=lambda name: (keyed_number(seed, purpose, name), name))
            self._orders[seed, purpose] = {name: place for place, name in enumerate(ranked)}
        return self._orders[seed, purpose]

    def without_copies(self, names: Iterable[str], *, of: Collection[str]) -> list[str]:
        """Leave out statements that say the same as others, white space apart, unless no other is left.

        Parameters
        ----------
        names : iterable of str
            Of which the first that says something stays.
        of : collection of str
            Others, of which no copy stays.

        Examples
        --------
        >>> pool = StatementPool.of(["Lift it.", "We met.", "Lift  it."])
        >>> pool.without_copies(["2", "0", "1"], of=[]), pool.without_copies(["2"], of=["0"])
        (['2', '1'], ['2'])
        """
        names = list(names)
        said = {self._said(name): "" for name in of}
        for name in names:
            said.setdefault(self._said(name), name)
        return [name for name in said.values() if name] or names

    def _said(self, name: str) -> str:
        return " ".join(self.text(name).split())

    def hash(self) -> str:
        """Give a hash of all ids and texts, whatever the order of the rows."""
        digest = sha256()
        for name in sorted(self.ids):
            digest.update(f"{name}\n{self.fingerprint(name)}\n".encode())
        return digest.hexdigest()[:16]


def keyed_number(seed: int, purpose: str, name: str) -> int:
    """Give a number below 2**64 that looks like chance, and is the same wherever it is asked for.

    Examples
    --------
    >>> keyed_number(0, "audit", "s1") == keyed_number(0, "audit", "s1") != keyed_number(1, "audit", "s1")
    True
    """
    digest = blake2b(f"{purpose}\n{name}".encode(), key=str(seed).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def read_pool(
    source: str | Path,
    *,
    text: str = "text",
    id: str | None = None,
    group: str | None = None,
    context: Iterable[str] = (),
) -> StatementPool:
    r"""Read statements to label from a table.

    Parameters
    ----------
    source : str or Path
        CSV, TSV, JSONL or Parquet file, or a dataset; see `read_table`.
    text : str, default="text"
        Column with the statements.
    id : str, optional
        Column with their ids. Where None it is ``id`` if there is such a column, else rows are called by their numbers.
    group : str, optional
        Column with the speech or document; each row is its own group where None.
    context : iterable of str
        Columns to show beside the statement, such as speaker and date.

    Returns
    -------
    StatementPool

    Raises
    ------
    InvalidInputError
        On a missing column, a row without text, an id that is blank or comes twice, and on no rows at all.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "rows.csv")
    ...     _ = path.write_text("id,text,speaker\ns1,Lift it.,Ann\ns2,We met.,Ben\n")
    ...     pool = read_pool(path, context=["speaker"])
    >>> pool.ids, pool.context["speaker"]
    (('s1', 's2'), ('Ann', 'Ben'))
    """
    table = read_table(source)
    column = id if id is not None or "id" not in table.columns else "id"
    shown = tuple(dict.fromkeys(context))
    for name in (text, *(each for each in (column, group) if each), *shown):
        if name not in table.columns:
            raise missing_column(name, table.columns, table.source)
    ids, texts, groups = [], [], []
    more: dict[str, list[str]] = {name: [] for name in shown}
    with naming(table.source):
        for number, row in enumerate(table):
            texts.append(check_statement(row.get(text), row=number, field=text))
            ids.append(str(number) if column is None else _cell(row.get(column)))
            groups.append(ids[-1] if group is None else read_group(row.get(group), number, group))
            for name in shown:
                more[name].append(_cell(row.get(name)))
    return StatementPool(
        ids=tuple(ids),
        texts=tuple(texts),
        groups=tuple(groups),
        context={name: tuple(values) for name, values in more.items()},
        source=table.source,
        names={"text": text} | ({"id": column} if column else {}) | ({"group": group} if group else {}),
    )


def _cell(value: object) -> str:
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN
