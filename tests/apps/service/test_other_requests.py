"""Explanations, articles, the description, and what every answer has in common."""

import json
import re
from html.parser import HTMLParser

import pytest

import stancekit
from stancekit.apps.cli import main
from stancekit.apps.service.application import create_app
from stancekit.storage.loading import model_hash

LIFT = "The embargo is illegal and must be lifted at once."
ARTICLE = "“We will lift the embargo at once,” Foreign Minister Ann Smith said on Monday. The hall was full."
PATHS = [
    "/",
    "/page.js",
    "/shared.js",
    "/page.css",
    "/article.css",
    "/stances.css",
    "/health",
    "/version",
    "/openapi.json",
    "/no",
]


def test_an_explanation_is_that_of_the_library(client):
    found = client.post("/v1/explain", {"text": LIFT}).json()
    assert found == json.loads(json.dumps(stancekit.load().explain(LIFT).to_dict()))


def test_an_article_is_taken_apart_as_by_the_command(client, tmp_path, capsys):
    path = tmp_path / "note.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    assert main(["analyze", str(path), "--json"]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = client.post("/v1/analyze", {"text": ARTICLE, "document": printed[0]["document"]}).json()
    assert found["statements"] == printed
    assert found["by_speaker"] == stancekit.analyze(ARTICLE).to_dict()["by_speaker"]


def test_the_speaker_of_a_speech_can_be_given(client):
    found = client.post("/v1/analyze", {"text": LIFT, "speaker": "Ann Smith"}).json()
    assert [one["speaker"] for one in found["statements"]] == ["Ann Smith"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/v1/analyze?format=html", {}), ("/v1/analyze", {"accept": "text/html,*/*;q=0.8"})],
)
def test_a_report_may_be_asked_for(client, path, headers):
    answer = client.post(path, {"text": ARTICLE, "document": "note"}, **headers)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Stances in note</title>" in answer.body.decode()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert len(re.findall(r"'sha256-[^']+'", policy)) >= 2


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/json, text/html"])
def test_json_is_what_other_clients_get(client, accept):
    answer = client.post("/v1/analyze", {"text": ARTICLE}, accept=accept)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "body", "field", "words"),
    [
        ("/v1/analyze?format=pdf", {"text": ARTICLE}, "format", "unknown format 'pdf'; expected one of"),
        ("/v1/analyze?fromat=html", {"text": ARTICLE}, "fromat", "unknown parameter 'fromat'"),
        ("/v1/analyze", {"text": "  "}, "text", "the article is empty"),
        ("/v1/analyze", {"text": "<p>Lift</p> <p>them</p>"}, "text", "looks like HTML"),
        ("/v1/analyze", {"text": "a\0b"}, "text", "binary"),
        ("/v1/analyze", {"text": ARTICLE, "speaker": 7}, "speaker", "expected a text of at most 1,000 characters"),
        ("/v1/analyze", {"text": ARTICLE, "speaker": "a\0"}, "speaker", "none of them NUL"),
        ("/v1/analyze?format=html", {"text": ARTICLE, "document": "a\0"}, "document", "none of them NUL"),
        ("/v1/analyze", {"text": ARTICLE, "title": "x"}, "title", "unknown field 'title'"),
        ("/v1/explain", {"text": ["a"]}, "text", "got list"),
    ],
)
def test_what_is_wrong_with_an_article_is_said(client, path, body, field, words):
    answer = client.post(path, body)
    assert answer.status == 422
    assert answer.json()["field"] == field
    assert words in answer.json()["detail"]


def test_health_and_version(client):
    assert client.get("/health").json() == {"status": "ok"}
    found = client.get("/version").json()
    assert found["labels"] == list(stancekit.load().labels)
    assert found["model"]["name"] == "linear"
    assert found["model"]["sha256"] == model_hash("linear")
    assert set(found["definitions"]) == set(found["labels"])


def test_a_model_that_was_never_saved_can_be_served(serve, models):
    with serve(models["exclusive"]) as client:
        found = client.get("/version").json()
        assert (found["model"]["name"], found["model"]["sha256"]) == ("", None)
        labels = client.post("/v1/predict", {"text": "Lift it."}).json()["labels"]
        assert labels == list(models["exclusive"].predict("Lift it.").labels)
        assert client.get("/stances.css").status == 200


def test_what_a_model_takes_long_for_is_done_on_a_thread(serve, models):
    slow = models["both"]
    with serve(slow) as client:
        text = "a " * 50_000
        assert client.post("/v1/predict", {"text": [text, "b"]}).json()[0]["text"] == text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_every_answer_keeps_browsers_from_harm(client, path, method):
    answer = client.ask(method, path, origin="https://elsewhere.example")
    found = answer.headers
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"
    assert found["cross-origin-opener-policy"] == found["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in found["permissions-policy"]
    policy = found["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not {"set-cookie", "access-control-allow-origin", "server"} & set(found)
    if method == "HEAD":
        assert answer.body == b""


def test_head_tells_the_length_of_get(client):
    for path in PATHS:
        assert client.ask("HEAD", path).headers["content-length"] == str(len(client.get(path).body))


def test_methods_and_addresses_that_are_not_there(client):
    answer = client.get("/v1/predict")
    assert (answer.status, answer.headers["allow"], answer.json()["status"]) == (405, "POST", 405)
    assert client.get("/nothing").json()["type"] == "urn:stancekit:problem:not-found"
    assert client.get("/health/").status == 404


def test_the_page_is_kept_until_it_changes(client):
    first = client.get("/page.css")
    again = client.get("/page.css", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert client.get("/page.css", if_none_match='"other"').status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "localhost.evil:1", "[::2]"])
def test_other_names_that_lead_here_get_nothing(client, host):
    answer = client.get("/health", host=host)
    assert answer.status == 421
    assert "--allow-host" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1:80", "[::1]", "[::1]:8000"])
def test_names_of_this_machine_are_answered(client, host):
    assert client.get("/health", host=host).status == 200


class _Inline(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.found += [name for name in names if name.startswith("on") or name == "style"]
        self.found += [tag] if tag == "style" or (tag == "script" and "src" not in names) else []
        self.found += [value for name, value in names.items() if name in {"src", "href"} and "//" in (value or "")]


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(client):
    parser = _Inline()
    parser.feed(client.get("/").body.decode())
    assert parser.found == []


def test_the_description_tells_the_limits():
    from stancekit.apps.service.limits import Limits

    schemas = create_app(limits=Limits(statements=5, characters=100)).openapi()["components"]["schemas"]
    one, many = schemas["Statements"]["properties"]["text"]["anyOf"]
    assert (one["maxLength"], many["maxItems"], many["items"]["maxLength"]) == (100, 5, 100)
    assert schemas["Article"]["properties"]["text"]["maxLength"] == 100


def test_every_operation_describes_its_errors_by_one_schema():
    paths = create_app().openapi()["paths"]
    for operation in (one for path in paths.values() for one in path.values()):
        errors = {status: one for status, one in operation["responses"].items() if status >= "400"}
        assert {"421", "500", "503"} <= set(errors)
        for one in errors.values():
            content = one["content"]["application/problem+json"]["schema"]
            assert content == {"$ref": "#/components/schemas/ProblemDetails"}
