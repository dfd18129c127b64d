"""Too much, too slow, too many: each ends with an answer that says so, and the service goes on."""

import json
import threading
import time

import pytest

from stancekit.apps.service.limits import Limits
from stancekit.errors import InvalidInputError

HEAD = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LINES = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"


def read_all(connection) -> bytes:
    """Read until the service closes."""
    got = bytearray()
    while piece := connection.recv(65536):
        got += piece
    return bytes(got)


@pytest.fixture(scope="module")
def small(serve):
    with serve(body_bytes=5000, statements=3, characters=200, seconds=1, requests=4) as client:
        yield client


def problem(answer: bytes):
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return json.loads(body)


@pytest.mark.parametrize("name", ["body_bytes", "statements", "characters", "seconds", "requests"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_limits_allow_something(name, value):
    with pytest.raises(InvalidInputError, match=f"{name} must be at least 1"):
        Limits(**{name: value})


def test_a_body_of_the_largest_size_is_read(small):
    body = json.dumps({"text": ["a" * 200] * 3}).encode()
    assert small.post("/v1/predict", body + b" " * (5000 - len(body))).status == 200


@pytest.mark.parametrize(
    ("status", "content", "field", "words"),
    [
        (413, b" " * 5001, None, "the body has more than 5,000 bytes"),
        (422, {"text": "a" * 201}, "text", "has more than 200 characters"),
        (422, {"text": ["a", "a" * 201]}, "text", "in row 1, field 'text' has more than 200 characters"),
        (422, {"text": ["a"] * 4}, "text", "the list in field 'text' has more than 3 statements"),
    ],
)
def test_too_much_is_refused(small, status, content, field, words):
    answer = small.post("/v1/predict", content)
    assert answer.status == answer.json()["status"] == status
    assert answer.json().get("field") == field
    assert words in answer.json()["detail"]


def test_a_client_that_is_still_sending_sees_why_it_is_refused(small):
    answer = small.post("/v1/predict", b" " * 20_000_000)
    assert answer.status == 413
    assert answer.headers["connection"] == "close"


def test_a_body_without_a_length_is_measured_as_it_comes(small):
    with small.connect() as connection:
        connection.sendall(
            HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b" " * 4096 + b"\r\n"
        )
        connection.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n0\r\n\r\n")
        assert problem(read_all(connection))["status"] == 413


def test_a_line_may_not_be_longer_than_a_body(small):
    answer = small.post_lines(b'{"text": "' + b"a" * 100_000 + b'"}\n')
    assert answer.status == 413
    assert small.post_lines(*[{"text": "a" * 150}] * 1000).status == 200  # lines of any number


@pytest.mark.parametrize("n", [20_001, 200_001])
def test_long_statements_are_not_explained(client, n):
    answer = client.post("/v1/explain", {"text": "a" * n})
    assert answer.status == 422
    assert "has more than 20,000 characters; explain a sentence or two" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1/predict", "statements may come as JSON lines"),
        ("/v1/explain", "at most 200 characters"),
        ("/v1/analyze", "in parts of at most 200 characters"),
    ],
)
def test_what_to_do_about_a_large_body_depends_on_what_is_asked(small, path, words):
    detail = small.post(path, b" " * 5001).json()["detail"]
    assert detail.startswith("the body has more than 5,000 bytes; ")
    assert words in detail
    assert ("JSON lines" in detail) == (path == "/v1/predict")


def test_a_long_article_is_not_sent_round_in_a_circle(small):
    detail = small.post("/v1/analyze", {"text": "a" * 201}).json()["detail"]
    assert "has more than 200 characters; send an article in parts" in detail


def test_an_article_may_be_too_long_for_a_page(client):
    text = "It rained. " * 2500
    assert client.post("/v1/analyze", {"text": text}).status == 200
    answer = client.post("/v1/analyze?format=html", {"text": text})
    assert answer.status == 422
    assert "ask for JSON" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"content_type": "text/plain"}, "'text/plain'; expected application/json"),
        ({"content_type": "application/json; charset=latin-1"}, "the charset is 'latin-1'; expected utf-8"),
        ({"content_encoding": "gzip"}, "the content encoding is 'gzip'"),
    ],
)
def test_other_media_types_are_refused(client, headers, words):
    answer = client.post("/v1/predict", {"text": "a"}, **headers)
    assert answer.status == 415
    assert words in answer.json()["detail"]


def test_json_may_say_that_it_is_utf_8(client):
    assert client.post("/v1/predict", {"text": "a"}, content_type='Application/JSON; Charset="UTF-8"').status == 200


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /v1/pre",
        HEAD,
        b"\r\n",
        HEAD + b"Content-Length: 20\r\n\r\n{",
        LINES + b'Content-Length: 20\r\n\r\n{"text"',
    ],
    ids=["nothing", "a line", "a head", "a blank line", "a body", "a json line"],
)
def test_slow_requests_end(small, begun):
    with small.connect() as connection:
        connection.sendall(begun)
        start = time.monotonic()
        answer = read_all(connection)
        assert time.monotonic() - start < 5
    if not begun:
        assert answer == b""
    else:
        assert problem(answer)["status"] == 408
        assert "within 1 seconds" in problem(answer)["detail"]


def test_a_trickle_is_no_way_around(small):
    """A byte now and then does not keep a connection."""
    with small.connect() as connection:
        start = time.monotonic()
        connection.sendall(HEAD)
        with pytest.raises((ConnectionError, TimeoutError)):  # noqa: PT012
            while time.monotonic() - start < 10:
                connection.sendall(b"X")
                time.sleep(0.1)
            raise TimeoutError("still open")
        assert time.monotonic() - start < 5


def test_a_head_without_an_end_is_refused(small):
    with small.connect() as connection:
        # Not a byte more than what is too much: whoever still sends when the service closes may lose the answer.
        connection.sendall(HEAD + b"X-Long: " + b"a" * (65_537 - len(HEAD) - len(b"X-Long: ")))
        answer = read_all(connection)
    assert problem(answer)["status"] == 413
    for line in (b"cache-control: no-store", b"referrer-policy: no-referrer", b"x-frame-options: DENY"):
        assert line in answer


def test_an_answer_without_a_body_says_what_browsers_may_do(small):
    whole = small.get("/page.js").headers
    answer = small.get("/page.js", if_none_match=whole["etag"])
    assert answer.status == 304
    less = {"content-type", "content-length", "date"}
    assert {name: value for name, value in whole.items() if name not in less} == {
        name: value for name, value in answer.headers.items() if name not in less
    }


def test_no_more_at_a_time_than_allowed(serve, until):
    with serve(requests=4, seconds=60) as client:
        waiting = [client.connect() for _ in range(4)]
        try:
            for connection in waiting:
                connection.sendall(HEAD + b"Content-Length: 20\r\n\r\n{")
            answer = until(lambda: (found := client.get("/health")).status == 503 and found)
            assert answer.headers["retry-after"] == "1"
            assert "4 requests" in answer.json()["detail"]
        finally:
            for connection in waiting:
                connection.close()
        until(lambda: client.get("/health").status == 200)


def test_a_client_that_stops_reading_is_let_go(small):
    rows = b"".join(b'{"text": "%d %s"}\n' % (number, b"a" * 100) for number in range(1000))
    with small.connect() as connection:
        connection.sendall(LINES + b"Transfer-Encoding: chunked\r\n\r\n")
        start = time.monotonic()
        with pytest.raises((ConnectionError, TimeoutError)):  # noqa: PT012
            while time.monotonic() - start < 15:
                connection.sendall(b"%x\r\n%b\r\n" % (len(rows), rows))
        assert time.monotonic() - start < 12
    assert small.get("/health").status == 200


def test_a_client_that_leaves_takes_its_work_along(small, until):
    for _ in range(8):
        with small.connect() as connection:
            connection.sendall(LINES + b'Transfer-Encoding: chunked\r\n\r\n10\r\n{"text": "a"}\n\n\n\r\n')
            connection.recv(10)
    until(lambda: small.get("/health").status == 200)


def test_who_sends_all_before_reading_gets_all(serve):
    """Up to the size of a body the service does not wait for the client to read."""
    n = 40_000
    body = b"".join(b'{"text": "Lift the embargo, it is illegal.", "id": %d}\n' % number for number in range(n))
    with serve(body_bytes=8 * 2**20, seconds=20) as client, client.connect() as connection:
        connection.sendall(LINES + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        answer = read_all(connection)
    assert answer.count(b'"id":') == n
    assert answer.endswith(b"0\r\n\r\n")


def test_long_work_leaves_room_for_short(serve, monkeypatch, until):
    """Articles wait for each other; a statement does not wait for them."""
    from stancekit.apps.service import handlers

    analyze, go_on = handlers.analyze, threading.Event()
    monkeypatch.setattr(handlers, "analyze", lambda *args, **options: go_on.wait(60) and analyze(*args, **options))
    article = {"text": "It rained. " * 1000}
    statuses = []
    with serve(requests=6, seconds=60) as client:
        threads = [
            threading.Thread(target=lambda: statuses.append(client.post("/v1/analyze", article).status))
            for _ in range(5)
        ]
        try:
            for thread in threads:
                thread.start()
            until(lambda: len(statuses) == 2)  # of five, three may wait
            for _ in range(20):
                assert client.post("/v1/predict", {"text": "Lift the embargo."}).status == 200
            assert statuses == [503, 503]
        finally:
            go_on.set()
            for thread in threads:
                thread.join()
    assert sorted(statuses) == [200, 200, 200, 503, 503]


def test_a_stream_that_has_begun_waits_for_its_turn(serve, monkeypatch, until):
    """Others that take long may be too many for a new request, but not for one that is answered already."""
    from stancekit.apps.service import handlers

    go_on, statuses = threading.Event(), []
    monkeypatch.setattr(handlers, "analyze", lambda *args, **options: go_on.wait(60))
    article = {"text": "It rained. " * 1000}
    rows = b'{"text": "Lift them."}\n', b'{"text": "%b"}\n' % (b"a" * 30_000)
    with serve(requests=4, seconds=60) as client, client.connect() as connection:
        connection.sendall(LINES + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(b"".join(rows)) + rows[0])
        begun = connection.recv(65536)
        threads = [
            threading.Thread(target=lambda: statuses.append(client.post("/v1/analyze", article).status))
            for _ in range(3)
        ]
        try:
            for thread in threads:
                thread.start()
            until(lambda: 503 in statuses)
            connection.sendall(rows[1])
            time.sleep(0.2)  # it would have been refused by now, or not yet: either way it may not be
        finally:
            go_on.set()
            for thread in threads:
                thread.join()
        answer = begun + read_all(connection)
    assert b'"status":503' not in answer
    assert answer.endswith(b"0\r\n\r\n")


def test_long_work_ends_in_time(serve, monkeypatch):
    from stancekit.apps.service import handlers

    monkeypatch.setattr(handlers, "analyze", lambda *args, **options: time.sleep(2))
    with serve(seconds=1) as client:
        answer = client.post("/v1/analyze", {"text": "Lift the embargo. " * 1000})
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    assert "within 1 seconds" in answer.json()["detail"]


def test_a_failure_of_the_service_says_nothing_of_what_was_sent(serve, monkeypatch, caplog):
    from stancekit.apps.service import handlers

    def fail(*args, **options):
        raise RuntimeError("the secret text")

    monkeypatch.setattr(handlers, "analyze", fail)
    with serve() as client:
        answer = client.post("/v1/analyze", {"text": "Lift the embargo."})
    assert answer.status == 500
    assert "secret" not in answer.body.decode() + caplog.text
    assert "RuntimeError in fail:" in caplog.text
