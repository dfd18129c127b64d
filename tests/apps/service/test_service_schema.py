"""The description is true: whatever it allows is answered as it says, and whatever else is refused."""

import json

import pytest
from hypothesis import HealthCheck, Phase, settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from stancekit.apps.service.application import create_app  # noqa: E402
from stancekit.apps.service.limits import Limits  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    if isinstance(value, list):
        return b"".join(json.dumps(one).encode() + b"\n" for one in value)
    return json.dumps([value]).encode()  # what is no list must not become a valid line


@schemathesis.deserializer("application/x-ndjson")
def rows(context, response):
    return [json.loads(line) for line in response.content.splitlines()]


schema = schemathesis.openapi.from_asgi(
    "/openapi.json", create_app(limits=Limits(statements=20, characters=2000), hosts=("*",))
)


@schema.parametrize()
@settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_every_operation_does_what_it_says(case):
    case.call_and_validate()


def test_examples_are_answered(client):
    document = create_app().openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {})
            name = body.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
            for example in document["components"]["schemas"][name]["examples"] if name else [None]:
                answer = client.ask(
                    method.upper(),
                    path,
                    json.dumps(example).encode() if name else None,
                    content_type="application/json",
                )
                assert answer.status == 200
            if "application/x-ndjson" in body:
                example = body["application/x-ndjson"]["example"].encode()
                assert client.ask("POST", path, example, content_type="application/x-ndjson").status == 200
