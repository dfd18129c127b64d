"""A stream of new files is labelled row by row, once, also when it is stopped and goes on."""

import json
import time

from stancekit import spark

SCHEMA = "id int, text string"
N_ROWS = 5
N_FILES = 6


def put(folder, number):
    rows = [{"id": number * N_ROWS + n, "text": "Lift the embargo, it is illegal."} for n in range(N_ROWS)]
    partial = folder.parent / "partial"
    partial.write_text("".join(json.dumps(row) + "\n" for row in rows))
    partial.rename(folder / f"{number}.json")  # whole from the first


def start(session, folder, **trigger):
    stream = session.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(str(folder / "in"))
    return (
        spark.predict(stream)
        .writeStream.format("parquet")
        .option("path", str(folder / "out"))
        .option("checkpointLocation", str(folder / "checkpoint"))
        .trigger(**trigger)
        .start()
    )


def test_a_stream_that_is_stopped_goes_on_and_no_row_is_lost_or_doubled(session, tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(N_FILES - 1):
        put(tmp_path / "in", number)
    query = start(session, tmp_path, processingTime="0 seconds")
    commits = tmp_path / "checkpoint" / "commits"
    deadline = time.monotonic() + 60
    while not (commits / "0").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    query.stop()
    assert (commits / "0").exists()
    assert not (commits / str(N_FILES - 2)).exists()  # stopped amid the files
    put(tmp_path / "in", N_FILES - 1)
    assert start(session, tmp_path, availableNow=True).awaitTermination(60)
    rows = session.read.parquet(str(tmp_path / "out")).collect()
    assert sorted(row["id"] for row in rows) == list(range(N_FILES * N_ROWS))
    assert {tuple(row["stance_labels"]) for row in rows} == {("anti-sanction",)}
