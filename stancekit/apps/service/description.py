"""What OpenAPI says of the service: the objects of JSON that come and go, with examples.

Requests are not read by these models, which would take longer than to label a statement; tests see that both agree.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from stancekit.apps.service.handlers import MOST_EXPLAINED
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import KINDS, MEDIA_TYPE, Problem

STATEMENT = "The embargo is illegal and must be lifted at once."
ARTICLE = "“We will lift the embargo at once,” Foreign Minister Ann Smith said on Monday. The hall was full."

_SCORES = {"anti-sanction": 0.9981, "pro-cooperation": 0.0011, "self-reliance": 0.0005}
_PREDICTION: dict[str, Any] = {
    "text": STATEMENT,
    "labels": ["anti-sanction"],
    "scores": _SCORES,
    "abstained": [],
    "unfamiliar": False,
}
_NO_TEXT = r"^[^\u0000]*[^\s\ufeff\u0000][^\u0000]*$"  # not blank, not binary

Score = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0)]
Whole = Annotated[int, Field(ge=-(2**63), le=2**64 - 1)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Statements(_Closed):
    """One statement, or a list of them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": STATEMENT}, {"text": [STATEMENT, "The committee met on Tuesday."]}]}
    )
    text: str | list[str] = Field(description="A statement, or a list of them. Blank ones have no stance.")


class OneStatement(_Closed):
    """One statement."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": STATEMENT}]})
    text: str = Field(description="A statement.", max_length=MOST_EXPLAINED)


class Line(_Closed):
    """One line of a body of JSON lines."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": 1, "text": STATEMENT}]})
    text: str = Field(description="A statement.")
    id: str | Whole | None = Field(default=None, description="Comes back with the prediction.")


class Article(_Closed):
    """An article, a speech or a transcript."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": ARTICLE, "document": "note"}]})
    text: str = Field(description="Plain text, without tags.", pattern=_NO_TEXT, min_length=1)
    speaker: str | None = Field(
        default=None, max_length=1000, description="Who speaks where the text names nobody, as in an address."
    )
    document: str | None = Field(default=None, max_length=1000, description="What to call the article.")


class Prediction(BaseModel):
    """What the model says of one statement."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PREDICTION]})
    text: str = Field(description="The statement as it came.")
    labels: list[str] = Field(description="Labels that the model asserts, in codebook order.")
    scores: dict[str, Score] = Field(description="The calibrated probability of every label.")
    abstained: list[str] = Field(description="Labels for which the model will not say either way.")
    unfamiliar: bool = Field(description="Whether the statement looks unlike all that the model was trained on.")


class NamedPrediction(Prediction):
    """A prediction with the id of its line, where that had one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": 1} | _PREDICTION]})
    id: str | Whole = Field(default="", description="As it came; absent where there was none.")


class Span(BaseModel):
    """A stretch of a statement and what it adds to the log-odds of a label."""

    start: Offset
    end: Offset
    text: str
    label: str
    weight: float


class Explanation(Prediction):
    """A prediction taken apart: for each label, the bias and the weights of its spans add up to the margin."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _PREDICTION
                | {
                    "bias": {label: -2.5 for label in _SCORES},
                    "margins": {"anti-sanction": 3.5, "pro-cooperation": -2.5, "self-reliance": -2.5},
                    "spans": [{"start": 4, "end": 11, "text": "embargo", "label": "anti-sanction", "weight": 6.0}],
                }
            ]
        }
    )
    bias: dict[str, float]
    margins: dict[str, float] = Field(description="Log-odds before calibration.")
    spans: list[Span]


class AnalyzedStatement(BaseModel):
    """A statement of an article: where it stands, who says it, and what the model says of it.

    Beside these fields it has one for each label, `score_<label>`, with its calibrated probability.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"patternProperties": {"^score_": {"type": "number", "minimum": 0, "maximum": 1}}},
    )
    document: str
    statement: str
    start: Offset = Field(description="Characters before it in the article.")
    end: Offset
    kind: str = Field(description="direct, indirect or narration.")
    speaker: str | None
    title: str | None = Field(description="The speaker's office.")
    labels: list[str]
    abstained: list[str]
    unfamiliar: bool
    evidence: list[Span] = Field(description="The words that weighed most for each label; offsets in the statement.")


class Speaker(BaseModel):
    """How many statements of one speaker take each stance."""

    speaker: str | None = Field(description="null: nobody who is named.")
    n_statements: Offset
    n_by_label: dict[str, Offset]


class Analysis(BaseModel):
    """An article taken apart."""

    document: str
    statements: list[AnalyzedStatement] = Field(description="As `stancekit analyze --json` prints them.")
    by_speaker: list[Speaker]


class Health(BaseModel):
    """That the service answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})
    status: str


class Model(BaseModel):
    """The model that answers."""

    name: str
    sha256: str | None = Field(description="The hash of its files; null where it does not come from files.")
    codebook: str
    features: list[str]
    exclusive: bool = Field(description="Whether a statement takes exactly one label.")


class Version(BaseModel):
    """What answers."""

    package: str
    version: str
    model: Model
    labels: list[str] = Field(description="In the order of every answer.")
    definitions: dict[str, str]


class ProblemDetails(BaseModel):
    """An error, as problem details (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                Problem(
                    "invalid-input",
                    "expected a str in row 1, field 'text', got NoneType: None; use '' for an empty statement, "
                    "or drop the row",
                    row=1,
                    field="text",
                ).content()
            ]
        }
    )
    type: str = Field(description="What kind of error it is; never changes.")
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str = Field(description="What came, what was expected, what to do.")
    row: int | None = Field(default=None, ge=0, description="The statement or the line it is about, from 0.")
    field: str | None = Field(default=None, description="The field it is about.")


LINES_IN = {
    "schema": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Line"},
        "description": "Not an array of JSON, but its items, one a line.",
    },
    "example": '{"id": 1, "text": "Lift the embargo."}\n{"id": 2, "text": "We met."}\n',
}
LINES_OUT = {
    "schema": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/NamedPrediction"},
        "description": "Not an array of JSON, but its items, one a line, in the order of the request. Where a later "
        "line of the request is wrong, the last line is a problem, and the answer ends without its proper end.",
    },
    "example": '{"id":1,"text":"Lift the embargo.","labels":["anti-sanction"],"scores":{"anti-sanction":0.99},'
    '"abstained":[],"unfamiliar":false}\n',
}

BESIDE = (Line, NamedPrediction, ProblemDetails)
"""Models that no operation names by itself."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of an operation; every one has the same schema."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in (421, *statuses, 500, 503):
        titles = sorted({kind.title for kind in KINDS.values() if kind.status == status})
        content = {MEDIA_TYPE.decode(): {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
        found[status] = {"description": "; or: ".join(titles), "content": content}
        if status == 503:
            wait = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
            found[status]["headers"] = {"Retry-After": wait}
    return found


def state_limits(document: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Write into the schemas what the limits allow."""
    schemas = document["components"]["schemas"]
    one, many = schemas["Statements"]["properties"]["text"]["anyOf"]
    one["maxLength"] = many["items"]["maxLength"] = limits.characters
    many["maxItems"] = limits.statements
    schemas["Article"]["properties"]["text"]["maxLength"] = limits.characters
    schemas["Line"]["properties"]["text"]["maxLength"] = limits.characters
    most = min(limits.characters, MOST_EXPLAINED)
    schemas["OneStatement"]["properties"]["text"]["maxLength"] = most
    return document
