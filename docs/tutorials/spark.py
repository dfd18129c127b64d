# needs: pyspark pyarrow pandas java
# %% [markdown]
# # Label on a cluster
#
# A corpus that lies in Spark, or that outgrows one machine, is labelled where it is: all columns stay, and the columns of
# `predict_file` stand beside them. Here Spark runs on this machine; on a cluster only the session is another one.

# %%
from stancekit import spark

session = spark.local_session(2)
session.sparkContext.setLogLevel("OFF")

speeches = session.createDataFrame(
    [
        (1, "ARN", 1998, "The embargo is illegal and must be lifted at once."),
        (2, "ARN", 1999, "We met in the capital on Monday."),
        (3, "BEL", 1998, "Sanctions starve the weak and spare the strong."),
        (4, "BEL", 1999, "We will build every turbine with our own hands."),
        (5, "BEL", 1999, None),
        (6, "COR", 1999, "Let our two nations trade and build together."),
    ],
    "id INT, country STRING, year INT, text STRING",
)

# %% [markdown]
# `predict` gives a plan: its columns are known at once, and nothing has run yet. One row has no text, and Spark's tables are
# full of such; `nulls="null"` keeps it without a label, where the default is an error that names it.

# %%
labelled = spark.predict(speeches, "text", nulls="null")
print(*(f"{name}: {kind}" for name, kind in labelled.dtypes), sep="\n")

# %%
for row in labelled.orderBy("id").collect():
    labels = "no text" if row.stance_labels is None else row.stance_labels
    print(row.id, row.country, row.year, labels)

# %% [markdown]
# Each time that rows are asked for they are labelled anew, so write them once, and go on from there in SQL:

# %%
labelled.write.parquet("labelled.parquet")
session.read.parquet("labelled.parquet").createOrReplaceTempView("labelled")
counts = session.sql("""
    SELECT stance, count(*) AS n, round(avg(`stance_score_anti-sanction`), 2) AS score
    FROM (SELECT explode(stance_labels) AS stance, * FROM labelled)
    GROUP BY stance ORDER BY stance
""")
for row in counts.collect():
    print(row.stance, row.n, row.score)

# %% [markdown]
# Counting labels counts the model's errors too: [measure a share](prevalence.md) says how a random sample that is annotated
# puts that right.
#
# ## A table of files
#
# What lies in Parquet files already need not become rows of Spark: `predict_files` lets every core read, label and write row
# groups by itself, which takes less than half the time. Folders such as `year=1998` stay as they are, and an error would name the
# file and the row.

# %%
speeches.write.partitionBy("year").parquet("archive")
done = spark.predict_files(session, "archive", "labelled-archive", nulls="null")
print(done.n_rows, "rows in", len(done.files), "files")
rows = session.read.parquet("labelled-archive").orderBy("id")
for row in rows.select("id", "year", "stance_labels").collect():
    print(row.id, row.year, row.stance_labels)

# %% [markdown]
# ## A stream of files
#
# A stream is labelled by the same call. Files come in; what is done is remembered in the checkpoint, so that a query which was
# stopped goes on, and no row is lost or doubled.

# %%
speeches.where("year = 1998").write.json("incoming")


def label_what_is_there() -> int:
    stream = session.readStream.schema(speeches.schema).json("incoming")
    query = (
        spark.predict(stream)
        .writeStream.format("parquet")
        .option("path", "stream")
        .option("checkpointLocation", "checkpoint")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    return session.read.parquet("stream").count()


print(label_what_is_there(), "rows")
speeches.where("year = 1999 AND text IS NOT NULL").write.mode("append").json(
    "incoming"
)
print(label_what_is_there(), "rows")
session.stop()

# %% [markdown]
# [Spark](../spark.md) says what happens when something goes wrong, and what a billion statements would cost.
