"""What runs on an executor, without Spark around it."""

import pyarrow as pa

import stancekit
from stancekit.spark import executor
from stancekit.storage.manifest import FILES

OPTIONS = {"text": "text", "position": 0, "prefix": "stance_", "unfamiliar": False, "nulls": "null"}


def files_of(folder):
    return {name: (folder / name).read_bytes() for name in ("config.json", *FILES)}


def test_a_process_reads_a_model_once_and_keeps_a_few(packaged, tmp_path, monkeypatch):
    monkeypatch.setattr(executor, "_models", {})
    files = files_of(stancekit.save(packaged, tmp_path / "model"))
    first = executor._model("a", files)
    assert executor._model("a", {}) is first
    for number in range(executor._KEPT):
        executor._model(str(number), files)
    assert list(executor._models) == [str(number) for number in range(executor._KEPT)]


def test_batches_keep_their_columns_in_any_layout_of_text(packaged, tmp_path):
    files = files_of(stancekit.save(packaged, tmp_path / "model"))
    texts = ["Lift the embargo, it is illegal.", None, ""]
    for kind in (pa.string(), pa.large_string()):
        batch = pa.RecordBatch.from_arrays([pa.array(texts, kind)], names=["0"])
        batches = [batch, batch.slice(1, 1), batch.slice(0, 0)]
        found = list(executor.label_batches(batches, "layout", files, OPTIONS))
        assert [one.num_rows for one in found] == [3, 1, 0]
        assert found[0].column(0).equals(batch.column(0))
        assert found[0].column(1).to_pylist() == [["anti-sanction"], None, []]
        assert found[1].column(3).to_pylist() == [None]
