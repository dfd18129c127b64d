"""Label a column of a Spark DataFrame, batch after batch in Arrow, on every core of a cluster.

Everything here needs the extra ``spark``, and Java 17 or newer where Spark runs.
"""

from stancekit.spark.labelling import predict
from stancekit.spark.session import local_session

__all__ = ["local_session", "predict"]
