"""Label a column of a Spark DataFrame, or a table of Parquet files, on every core of a cluster.

Everything here needs the extra ``spark``, and Java 17 or newer where Spark runs.
"""

from stancekit.spark.files import FilesLabelled, predict_files
from stancekit.spark.labelling import predict
from stancekit.spark.session import local_session

__all__ = ["FilesLabelled", "local_session", "predict", "predict_files"]
