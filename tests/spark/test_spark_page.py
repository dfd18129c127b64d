"""The code of the page runs as it stands, and its figures are those of the results."""

import re

from experiments.corpora import ROOT
from experiments.spark import page
from experiments.spark.plan import Assumptions, bytes_moved, plan

BLOCKS = re.compile(r"<!-- run by tests/spark/test_spark_page.py -->\n```python\n(.*?)```", flags=re.S)
RESULTS = {
    "n": 10,
    "characters": 100,
    "bytes_in": 50,
    "bytes_out": {"spark": 90, "files": 80},
    "model_bytes": 2_000_000,
    "worker_mib": {"spark": 512, "files": 1024},
    "encoder_mib": 1024,
    "lengths": [
        {"work": work, "n": 10, "characters": characters, "cpu": cpu / share}
        for work, share in {"spark": 1, "files": 2}.items()
        for characters, cpu in {50: 1e-4, 150: 3e-4}.items()
    ],
    "encoder": [{"n": 10, "cpu": 0.02}],
}


def test_code_of_the_page_runs(session, tmp_path):
    rows = [(1, "Lift the embargo, it is illegal."), (2, "We met on Monday.")]
    session.createDataFrame(rows, "id INT, body STRING").write.parquet(str(tmp_path / "speeches.parquet"))
    session.createDataFrame(rows, "id INT, text STRING").write.json(str(tmp_path / "incoming"))
    blocks = BLOCKS.findall((ROOT / "docs" / "spark.md").read_text(encoding="utf-8"))
    assert len(blocks) == 4
    # Java stays in the folder where it was started.
    for name in ("speeches.parquet", "labelled.parquet", "labelled-files", "incoming", "labelled-stream", "checkpoint"):
        assert f'"{name}"' in "".join(blocks)
    paths = r'"(speeches\.parquet|labelled\.parquet|labelled-files|incoming|labelled-stream|checkpoint)"'
    code = re.sub(paths, rf'"{tmp_path}/\1"', "".join(blocks))
    exec(code, {})
    assert session.read.parquet(str(tmp_path / "labelled.parquet")).count() == 2
    assert session.read.parquet(str(tmp_path / "labelled-files")).count() == 2
    assert session.read.parquet(str(tmp_path / "labelled-stream")).count() == 2


def test_figures_of_the_page_are_those_of_the_results():
    text = page.PART.page.read_text(encoding="utf-8")
    assert text == page.PART.put_into(text)


def test_a_plan_grows_with_statements_and_their_length():
    # 20 µs a statement of 100 characters, 40 of 200; at full use 1e9 of them are 5.6 core-hours, and 11.
    text = plan(RESULTS, Assumptions(cores=(4,), n_machines=(2,), utilisation=1, price=0.5))
    assert "| linear | `spark.predict` | 2 | 4 | 6 | 0.69 | 5.6 | 2.8 |" in text
    assert "| linear | `spark.predict_files` | 2 | 4 | 8 | 0.35 | 2.8 | 1.4 |" in text
    assert "| encoder | either | 2 | 4 | 8 | 69 | 560 | 280 |" in text
    text = plan(RESULTS, Assumptions(cores=(4,), n_machines=(1,), utilisation=0.5, characters=200))
    assert "| linear | `spark.predict` | 1 | 4 | 6 | 5.6 | 22 |" in text


def test_bytes_of_a_plan():
    moved = bytes_moved(RESULTS, Assumptions(n_statements=1000, characters=200))
    assert moved == {"read": 100_000, "spark": 140_000, "files": 130_000, "model": 2_000_000}
