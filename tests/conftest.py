"""Statements, codebooks, models and a browser that several test files share; each model is fitted once a session."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stancekit
from stancekit import Codebook, Context, LexiconFeatures, NgramFeatures, Stance, StanceClassifier, StanceModel, Target

# Doctests are looked for in every module, and these would all be one module called conftest.
collect_ignore_glob = ["conftest.py", "*/conftest.py"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parents[1] / ".cache" / "node_modules" / "axe-core" / "axe.min.js"
CHECKED = "{resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}"  # WCAG 2.2: 24 pixels

# Not in alphabetical order, so that an order taken from sorting shows.
LABELS = ("trade", "lift", "build")
KINDS = ("ngrams", "lexicon", "both", "exclusive")
PLACES = ("the north", "this island", "our valley", "the coast", "every village", "the capital")
TEMPLATES = {
    (): ("The committee met in {} on day {}.", "It rained over {} for {} hours."),
    ("trade",): ("We trade with friends from {}, {} of them.", "Let {} trade freely with {} partners."),
    ("lift",): ("The embargo on {} must be lifted after {} years.", "Lift the unjust embargo on {}, all {} parts."),
    ("build",): ("In {} we build {} turbines by ourselves.", "Our own hands build {} anew, {} houses a day."),
    ("trade", "lift"): ("Lift the embargo on {} and trade again with {} states.",),
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each file to one worker, so that what it shares is made once, and all that starts Java to one worker."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            java = nodeid.startswith("tests/spark/") or nodeid.endswith("[spark]")
            return "spark" if java else nodeid.partition("::")[0]

    return Scheduling(config, log)


@dataclass(frozen=True)
class Corpus:
    """Annotated statements: `sets` holds the labels of each, `truth` the same as an array."""

    texts: list[str]
    sets: list[set[str]]
    groups: list[str]

    @property
    def truth(self):
        return np.array([[float(label in labels) for label in LABELS] for labels in self.sets])

    @property
    def names(self):
        """One label a statement, "none" for those without."""
        return [min(labels) if labels else "none" for labels in self.sets]


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    rows = [
        (template.format(place, n), set(labels), f"speech {n}")
        for n, place in enumerate(PLACES)
        for labels, templates in TEMPLATES.items()
        for template in templates
    ]
    texts, sets, groups = map(list, zip(*rows, strict=True))
    return Corpus(texts, sets, groups)


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return Codebook(
        name="small",
        targets=(Target(name="embargo", terms=("embargo*",)),),
        stances=(
            Stance(label="trade", code="T", cues=("trade*",), definition="Speaks for trade."),
            Stance(label="lift", code="L", target="embargo", near=("lift*", "unjust*")),
            Stance(label="keep", code="K", predicted=False, cues=("keep",)),
            Stance(label="build", code="B", cues=("build*",), examples=("We build it.",)),
        ),
        context=Context(negation=("not",), modality=("must",), reporting=("said",)),
    )


@pytest.fixture(scope="session")
def exclusive_codebook() -> Codebook:
    return Codebook.from_labels([*LABELS, "none"], exclusive=True)


@pytest.fixture(scope="session")
def fit(corpus, codebook, exclusive_codebook):
    """Fit a classifier on the corpus by kind of model, parameters changed as asked for."""

    def fit(kind: str, **parameters: Any) -> StanceClassifier:
        ngrams, lexicon = NgramFeatures(bits=10), LexiconFeatures(codebook)
        features = {"ngrams": (ngrams,), "lexicon": (lexicon,), "both": (ngrams, lexicon), "exclusive": (ngrams,)}
        defaults = {
            "codebook": exclusive_codebook if kind == "exclusive" else codebook,
            "features": features[kind],
            "n_folds": 3,
        }
        y = corpus.names if kind == "exclusive" else corpus.sets
        return StanceClassifier(**{**defaults, **parameters}).fit(corpus.texts, y, groups=corpus.groups)

    return fit


@pytest.fixture(scope="session")
def models(fit) -> dict[str, StanceModel]:
    """One small model of each kind."""
    return {kind: fit(kind).model_ for kind in KINDS}


@pytest.fixture(params=KINDS)
def model(request, models) -> StanceModel:
    """Each of the small models in turn."""
    return models[request.param]


@pytest.fixture(scope="session")
def packaged() -> StanceModel:
    return stancekit.load()


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def findings():
    """Give what stands in somebody's way on a page, as axe-core finds it."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm install --prefix .cache axe-core")

    def findings(page):
        # The page lets no script in, so that axe comes through the browser's own door.
        found = page.evaluate(AXE.read_text(encoding="utf-8") + f"\n;axe.run(document, {CHECKED})")
        return [
            (one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]
        ]

    return findings
