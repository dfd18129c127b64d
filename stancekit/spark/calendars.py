"""By which calendar a file of Spark counts days, which it says in its metadata alone.

Old versions of Spark, and new ones in their legacy mode, wrote days before October 1582 by the Julian calendar, and
moments before 1900 by other rules of zones. Spark shifts them when it reads such a file, so a copy has to say the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from stancekit.errors import InvalidInputError
from stancekit.tables.table import Arrow

_VERSION, _ZONE = b"org.apache.spark.version", b"org.apache.spark.timeZone"
_JULIAN, _JULIAN_INT96 = b"org.apache.spark.legacyDateTime", b"org.apache.spark.legacyINT96"
_SAYS_SO = b"3.1.0"  # from which version on these keys tell; before 3.0.0 all days were Julian


def calendar_of(schema: Arrow, path: str, *, has_int96: bool) -> dict[bytes, bytes]:
    """Give the metadata by which Spark reads the days of a file as before; none where it reads them as they stand.

    Parameters
    ----------
    schema : pyarrow.Schema
        The columns of the file, with its metadata.
    path : str
        What to call it in errors.
    has_int96 : bool
        Whether it has timestamps of 96 bits, of which it may tell another calendar; of those written, that is the same.

    Raises
    ------
    InvalidInputError
        Where it does.
    """
    told: Mapping[bytes, bytes] = schema.metadata or {}
    version = told.get(_VERSION)
    if version is None or not any(name in str(field.type) for field in schema for name in ("date32", "timestamp[")):
        return {}
    is_julian = version < b"3.0.0" or _JULIAN in told
    if has_int96 and is_julian != (version < _SAYS_SO or _JULIAN_INT96 in told):
        raise InvalidInputError(
            f"{path} counts days and timestamps by two calendars, Julian and not; write it anew by Spark, with "
            "spark.sql.parquet.int96RebaseModeInWrite and spark.sql.parquet.datetimeRebaseModeInWrite CORRECTED"
        )
    if not is_julian:
        return {}
    return {_VERSION: _SAYS_SO, _JULIAN: b"", **({_ZONE: told[_ZONE]} if _ZONE in told else {})}
