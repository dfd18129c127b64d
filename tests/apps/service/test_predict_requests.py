"""Labelling over HTTP gives what the library gives, and names what is wrong with a request."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stancekit
from stancekit.apps.service.inflow import Inflow, _one_by_one, _quickly
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.streaming import as_lines
from stancekit.apps.service.work import stretches

LIFT, MET = "The embargo is illegal and must be lifted at once.", "The committee met on Tuesday."
TEXTS = [LIFT, MET, "", " \t", 'with "quotation" marks},{"text":', "Снимите санкции\u2028немедленно.", "a\\", LIFT * 3]

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=8)
relaxed = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def expected(texts):
    return [prediction.to_dict() for prediction in stancekit.load().predict(texts)]


@pytest.mark.parametrize("text", TEXTS)
def test_one_statement_gives_one_prediction(client, text):
    answer = client.post("/v1/predict", {"text": text})
    assert answer.status == 200
    assert answer.json() == stancekit.load().predict(text).to_dict()


@pytest.mark.parametrize("texts", [[], [LIFT], TEXTS, TEXTS * 100], ids=len)
def test_a_list_gives_a_list(client, texts):
    assert client.post("/v1/predict", {"text": texts}).json() == expected(texts)


@relaxed
@given(texts=texts)
def test_any_texts_come_back_as_they_were_sent(client, texts):
    answer = client.post("/v1/predict", {"text": texts})
    assert [row["text"] for row in answer.json()] == texts
    assert answer.json() == expected(texts)


@relaxed
@given(texts=texts)
def test_lines_give_what_a_list_gives(client, texts):
    assert client.post_lines(*({"text": text} for text in texts)).lines() == expected(texts)


def test_lines_keep_their_ids(client):
    rows = [{"text": LIFT, "id": 7}, {"id": "ä", "text": MET}, {"text": MET}, {"text": MET, "id": None}]
    found = client.post_lines(*rows).lines()
    assert [row.get("id", "none") for row in found] == [7, "ä", "none", "none"]
    assert [row["labels"] for row in found] == [["anti-sanction"], [], [], []]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n \n"])
def test_a_body_of_lines_may_end_in_any_way(client, end):
    assert client.post_lines(b'{"text": "a"}\r\n{"text": "b"}' + end).lines() == expected(["a", "b"])


def test_many_lines_come_back_in_order(client):
    rows = [{"text": f"{LIFT} {number}", "id": number} for number in range(5000)]
    found = client.post_lines(*rows).lines()
    assert [row["id"] for row in found] == list(range(5000))
    assert [row["text"] for row in found] == [row["text"] for row in rows]


BAD = [
    (b'{"text": null}', 422, None, "text", "expected a str in field 'text', got NoneType"),
    (b'{"text": ["a", null]}', 422, 1, "text", "expected a str in row 1, field 'text', got NoneType"),
    (b'{"text": ["a", "b", 7]}', 422, 2, "text", "got int: 7"),
    (b'{"text": ["a", NaN]}', 422, 1, "text", "NaN in row 1, field 'text' is no JSON"),
    (b'{"text": -Infinity}', 422, None, "text", "Infinity in field 'text' is no JSON"),
    (b'{"text": ["a", "b\\ud800"]}', 422, 1, "text", "lone surrogate at character 1 in row 1, field 'text'"),
    (b'{"text": "\\udc00"}', 422, None, "text", "lone surrogate at character 0 in field 'text'"),
    (b'{"text": {"a": 1}}', 422, None, "text", "got dict"),
    (b'{"text": true}', 422, None, "text", "got bool"),
    (b'{"txt": "a"}', 422, None, "txt", "unknown field 'txt'; expected ['text']"),
    (b"{}", 422, None, "text", "there is no field 'text'"),
    (b'["a"]', 422, None, None, "expected an object with the field 'text', got a list"),
    (b"null", 422, None, None, "got null"),
    (b"", 400, None, None, "not JSON"),
    (b'{"text": "a"', 400, None, None, "not JSON"),
    (b'{"text": "a"} x', 400, None, None, "not JSON"),
    (b"[" * 100_000, 400, None, None, "not JSON"),
    (b'{"text": ' + b"9" * 5000 + b"}", 400, None, None, "not JSON"),
    (b'{"text": 1e999}', 422, None, "text", "Infinity in field 'text'"),
    (b'{"text": "\xff"}', 400, None, None, "byte 0xff at offset 10 is not UTF-8"),
    (b'{"text": "a\x00b"}', 400, None, None, "not JSON"),
    (b"[" * 400 + b"NaN" + b"]" * 400, 400, None, None, "not JSON"),
    (b'{"text": ' + b"[" * 1010 + b"]" * 1010 + b"}", 422, 0, "text", "got list: [[["),
]


@pytest.mark.parametrize(("body", "status", "row", "field", "words"), BAD, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("path", ["/v1/predict", "/v1/explain", "/v1/analyze"])
def test_what_is_wrong_is_named_by_row_and_field(client, path, body, status, row, field, words):
    answer = client.post(path, body)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status
    assert problem["type"].startswith("urn:stancekit:problem:")
    assert answer.status in {400, 422}
    if path == "/v1/predict":
        assert (answer.status, problem.get("row"), problem.get("field")) == (status, row, field)
        assert words in problem["detail"]


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        (b"\n", None, "row 2 is blank"),
        (b'{"text": null}\n', "text", "in row 2, field 'text', got NoneType"),
        (b'{"text": "a", "id": 1.5}\n', "id", "expected a text or a whole number of at most 64 bits in row 2"),
        (b'{"text": "a", "id": 1, "id": 2}\n', "id", "the key 'id' comes more than once in row 2; send each once"),
        (b'{"text": "a", "id": true}\n', "id", "got bool"),
        (b'{"text": "a", "year": 1}\n', "year", "unknown field 'year' in row 2"),
        (b'{"text": "a"},{"text": "b"}\n', None, "not JSON in row 2"),
        (b'"a"\n', None, "expected an object with the field 'text' in row 2"),
        (b'{"text": "a"\n', None, "not JSON in row 2"),
        (b'{"text": NaN}\n', "text", "NaN in row 2"),
        (b'{"text": ' + b"[" * 400 + b"NaN" + b"]" * 400 + b"}\n", None, "not JSON in row 2"),
        (b'{"text": ' + b"[" * 1010 + b"]" * 1010 + b"}\n", "text", "in row 2, field 'text', got list: [[["),
    ],
)
def test_a_bad_line_is_named(client, line, field, words):
    answer = client.post_lines({"text": "a"}, {"text": "b"}, line, {"text": "c"})
    assert answer.status in {400, 422}
    assert answer.json()["row"] == 2
    assert answer.json().get("field") == field
    assert words in answer.json()["detail"]


def test_a_bad_line_far_on_ends_the_answer_visibly(client):
    import http.client

    rows = [{"text": LIFT, "id": number} for number in range(3000)]
    with pytest.raises(http.client.IncompleteRead) as caught:
        client.post_lines(*rows, {"text": 7}, *rows)
    *good, last = [json.loads(line) for line in caught.value.partial.splitlines()]
    assert [row["id"] for row in good] == list(range(3000))
    assert (last["status"], last["row"], last["field"]) == (422, 3000, "text")


objects = [b'{"text":"a"}', b'{"text":"b","id":1}', b"{}", b'{"text":7}', b'{"text":"x","id":[]}']
broken = [b'{"text":"c"', b'"id":1}', b'{"text":"\\"}', b'{","id":"}"}', b"[", b"]", b"", b'{"text":[{}', b"{}]}"]
pieces = st.sampled_from([*objects, *broken, b'{"text":"a"},{"text":"b"}'])


@given(lines=st.lists(pieces, min_size=1, max_size=6))
@settings(max_examples=500, deadline=None)
def test_the_quick_way_reads_nothing_that_the_slow_way_refuses(lines):
    slow = _one_by_one(lines, Limits(), 0)
    quick = _quickly(lines, Limits())
    if slow.problem is not None:
        assert quick is None
    elif quick is not None:
        assert quick.texts == slow.texts
        assert quick.ids in ([], slow.ids)


class Held(bytearray):
    """Bytes that count how many of them were searched."""

    n_searched = 0

    def find(self, sought, start=0, end=None):
        self.n_searched += max(0, (len(self) if end is None else end) - start)
        return super().find(sought, start, len(self) if end is None else end)

    def rfind(self, sought, start=0, end=None):
        end = len(self) if end is None else min(end, len(self))
        self.n_searched += max(0, end - start)
        return super().rfind(sought, start, end)


def lines_of(pieces):
    """Take the lines of a body that comes in pieces, and count the bytes that were searched for their ends."""
    inflow = Inflow(None, Limits())
    inflow._held = held = Held()
    lines = []
    for number, piece in enumerate(pieces, 1):
        held += piece
        inflow._has_ended = number == len(pieces)
        while found := inflow._whole_lines():
            lines += found
    return lines, held.n_searched


def test_a_line_that_comes_in_small_pieces_is_searched_once():
    body = b"a" * 200_000 + b"\n" + b"b" * 100 + b"\n"
    lines, n_searched = lines_of([body[i : i + 100] for i in range(0, len(body), 100)])
    assert list(map(len, lines)) == [200_000, 100]
    assert n_searched < 2 * len(body)


@given(
    lengths=st.lists(st.sampled_from([0, 1, 5, 40_000, 65_534, 65_535, 65_536, 70_000, 140_000]), max_size=5),
    step=st.sampled_from([7_000, 65_535, 65_536, 65_537, 500_000]),
    ends=st.booleans(),
)
@settings(deadline=None)
def test_lines_come_out_as_they_went_in(lengths, step, ends):
    body = b"\n".join(bytes([97 + number]) * length for number, length in enumerate(lengths)) + b"\n" * ends
    pieces = [body[i : i + step] for i in range(0, len(body), step)] or [b""]
    assert lines_of(pieces)[0] == body.removesuffix(b"\n").split(b"\n")[: len(body)]


@given(texts=texts.filter(bool))
@settings(deadline=None)
def test_lines_are_one_prediction_each(texts):
    predictions = stancekit.load().predict(texts)
    written = as_lines(predictions, [])
    assert written == b"".join(as_lines([one], []) for one in predictions)
    assert [json.loads(line) for line in written.split(b"\n")[:-1]] == [one.to_dict() for one in predictions]


@given(lengths=st.lists(st.integers(0, 60_000), max_size=12))
def test_stretches_hold_every_text_once(lengths):
    texts = ["a" * length for length in lengths]
    parts = list(stretches(texts))
    assert [text for part in parts for text in part] == texts
    assert all(len(part) == 1 or sum(map(len, part)) <= 20_000 for part in parts)


def test_a_key_that_comes_twice_is_refused(client):
    answer = client.post("/v1/predict", b'{"text": "a", "text": "b"}')
    assert (answer.status, answer.json()["field"]) == (422, "text")
    assert answer.json()["detail"] == "the key 'text' comes more than once; send each once"
    assert client.post("/v1/predict", {"text": 'say "text": and "text"'}).status == 200


def test_many_keys_and_deep_ones_are_refused_at_once(client):
    many = json.dumps({f"k{number}": "" for number in range(50_000)}).encode()
    assert client.post("/v1/predict", b'{"text":"' + b"a" * 1_000_000 + b'",' + many[1:]).status == 422
    deep = b"[" * 1020 + b"]" * 1020
    assert client.post("/v1/predict", b'{"text":"a","x":' + deep + b',"text":"b"}').status == 400
