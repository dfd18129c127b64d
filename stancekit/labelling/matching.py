"""Which statement of a pool a record of another file is about."""

from __future__ import annotations

from stancekit.errors import InvalidInputError, place
from stancekit.labelling.pool import StatementPool
from stancekit.text.identity import fingerprint


class Matcher:
    """Find statements by id and text, or by text alone.

    Parameters
    ----------
    pool : StatementPool
        The statements.
    source : str
        What to call the other file.

    Examples
    --------
    >>> Matcher(StatementPool.of(["Lift it.", "We met."]), "tasks").find(None, "We met.", 0)
    '1'
    """

    def __init__(self, pool: StatementPool, source: str) -> None:
        self._pool, self._source = pool, source
        self.id_column, self.text_column = pool.names.get("id", "id"), pool.names.get("text", "text")
        self._by_text: dict[str, list[str]] = {}

    def find(self, name: object, text: object, row: int) -> str:
        """Give the id of a statement.

        Raises
        ------
        InvalidInputError
            When the pool has none such, it reads otherwise there, or several read alike.
        """
        if name is not None and name != "":
            return self._checked(str(name), text, row)
        if not isinstance(text, str):
            raise InvalidInputError(f"there is neither id nor text{place(row)}; expected one of them")
        if not self._by_text:
            for one, words in zip(self._pool.ids, self._pool.texts, strict=True):
                self._by_text.setdefault(fingerprint(words), []).append(one)
        found = self._by_text.get(fingerprint(text), [])
        if len(found) != 1:
            many = f"{len(found)} statements" if found else "no statement"
            raise InvalidInputError(f"{self._pool.source} has {many} with the text{place(row)}: {text[:60]!r}")
        return found[0]

    def _checked(self, name: str, text: object, row: int) -> str:
        if name not in self._pool:
            raise InvalidInputError(f"{self._pool.source} has no statement {name!r}, which is{place(row)}")
        if isinstance(text, str) and fingerprint(text) != self._pool.fingerprint(name):
            raise InvalidInputError(
                f"statement {name!r}{place(row)} reads otherwise in {self._pool.source}: {text[:60]!r}; "
                "give the table that was labelled"
            )
        return name
