"""The page of analysed articles: it holds all, lets nothing in, and is the same each time."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser

import numpy as np
import pytest

from stancekit import Codebook, CodebookError, InvalidInputError, load, read_table, write_table
from stancekit.analysis import Analysis, AnalyzedStatement, analyze, row_columns
from stancekit.records import Prediction, Span, Statement
from stancekit.report import article
from stancekit.report.article import _legend, article_html, check_report_size
from stancekit.report.article_tables import thresholds_table
from stancekit.report.article_text import Look
from stancekit.report.figures import COLOURS
from stancekit.report.listing import analysis_lines, analysis_markdown, tally_line

MODEL = load()
ARTICLE = (
    "The embargo on the island is illegal and must be lifted at once. It rained on the harbour all day.\n\n"
    "We will build every turbine with our own hands, and the unjust sanctions must end.\n"
)
HOSTILE = (
    "</script><script>alert(1)</script> The embargo is illegal and must be lifted at once.\n"
    "<img src=x onerror=alert(1)> \"'><svg/onload=alert(1)> & &lt;b&gt; <!-- ]]> ${version} $title {{x}} "
    "</style></mark></article> javascript:alert(1)"
)
DILUTED = "It rained on the harbour all day. " * 400  # or the hostile text would be refused as HTML
VOID = {"meta", "br", "img", "input", "link", "hr"}


class Page(HTMLParser):
    """Collects elements, and the text of those with an id."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts, self.loose = [], [], {}, ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert len(attributes) == len(attrs)
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes.get("id")))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, name in self.open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data
        self.loose += data

    def all(self, tag, **attributes):
        return [a for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in attributes.items())]


def made(text, labels=("pro", "con"), said=(), abstained=(), evidence=(), speaker=None, kind="narration"):
    return AnalyzedStatement(
        statement=Statement(text=text, start=0, end=len(text), kind=kind, speaker=speaker, title="a < b"),
        prediction=Prediction(
            text=text, labels=said, scores=dict.fromkeys(labels, 0.5), abstained=abstained, unfamiliar=True
        ),
        evidence=evidence,
    )


def page_of(*texts, **options):
    analyses = [analyze(text, MODEL, document=f"note {n}") for n, text in enumerate(texts)]
    return article_html(analyses, MODEL, **options)


def rows_of(page):
    return [json.loads(a["data-fields"]) for a in page.all("tr") if "data-fields" in a]


class TestWhatItHolds:
    def test_every_statement_in_the_text_and_in_the_table(self):
        analysis = analyze(ARTICLE, MODEL, document="note")
        page = Page(article_html([analysis], MODEL))
        assert page.texts["s0"].startswith(analysis.statements[0].statement.text)
        assert "anti-sanction" in page.texts["s0"]
        assert page.texts["s1"] == "It rained on the harbour all day."
        assert len(page.all("p", dir="auto")) == 2
        rows = rows_of(page)
        columns = row_columns(MODEL.labels)
        assert json.loads(page.all("table", id="table")[0]["data-columns"]) == columns
        for fields, row in zip(rows, analysis.to_rows(), strict=True):
            del row["statement"]
            assert len(fields) == len(columns) - 1
            assert fields[0] == "note"
            assert fields[1:3] == [str(row["start"]), str(row["end"])]
            assert fields[6] == "|".join(row["labels"])
            assert float(fields[7]) == row["score_anti-sanction"]
            assert fields[-1] == row["evidence"]

    def test_what_is_downloaded_is_what_tables_hold(self, tmp_path):
        # Lines end as browsers read them: a carriage return survives by its number alone.
        analysis = analyze(ARTICLE.replace(" on the", "\r\non\rthe"), MODEL, speaker="A\rda", document="no\rte")
        content = article_html([analysis], MODEL).replace("\r\n", "\n").replace("\r", "\n")
        said = [unescape(cell) for cell in re.findall(r'<td class="said"[^>]*>(.*?)</td>', content, flags=re.S)]
        write_table(tmp_path / "out.csv", analysis.to_rows())
        rows = [list(row.values()) for row in read_table(tmp_path / "out.csv")]
        assert "\r" in said[0]
        assert [
            [fields[0], text, *fields[1:]] for fields, text in zip(rows_of(Page(content)), said, strict=True)
        ] == rows

    @pytest.mark.parametrize(
        ("gap", "n"),
        [("\n\n", 2), ("\r\n \r\n", 2), ("\r\r", 2), ("\u2029", 2), ("\n\x0c", 2), ("\n", 1), ("\r\n", 1), ("\r", 1)],
    )
    def test_paragraphs_are_those_that_end_statements(self, gap, n):
        page = Page(page_of(f"We met in the harbour.{gap}It rained on all of us."))
        assert len(page.all("p", dir="auto")) == n

    def test_descriptions_tell_scores_and_words(self):
        page = Page(page_of(ARTICLE))
        for mark in page.all("mark", tabindex="0"):
            described = page.texts[mark["aria-describedby"]]
            assert re.search(r"anti-sanction [01]\.\d\d (yes|no)", described)
            assert "yes" in described
        assert re.search(r"embargo \+\d\.\d\d", page.texts["w0"])

    def test_stances_have_colour_line_and_words(self):
        page = page_of(ARTICLE)
        marks = [a["class"] for a in Page(page).all("mark", tabindex="0")]
        assert marks == ["st c0", "st c0-2"]
        rule = re.search(r"^\.c0-2 \{.*$", page, flags=re.M)[0]
        assert rule.count("repeating-linear-gradient") == 2
        assert "var(--k0)" in rule
        assert f"--k0: {COLOURS[0]};" in page

    def test_abstained_statements_are_dotted_and_say_so(self):
        one = made("Perhaps.", labels=MODEL.labels, abstained=("self-reliance",))
        analysis = Analysis(text="Perhaps.", labels=MODEL.labels, statements=(one,))
        page = Page(article_html([analysis], MODEL))
        assert page.all("mark", id="s0")[0]["class"] == "st maybe"
        assert "? self-reliance" in page.texts["s0"]
        assert "self-reliance 0.50 abstained" in page.texts["w0"]
        assert "Unlike what the model was trained on" in page.texts["w0"]
        assert [a["data-stance"] for a in page.all("tr") if "data-stance" in a] == ["maybe"]

    def test_words_of_two_labels_overlap_without_loss(self):
        evidence = (
            Span(start=0, end=8, text="Lift & b", label="anti-sanction", weight=1.0),
            Span(start=5, end=12, text="& build", label="self-reliance", weight=1.0),
        )
        one = made("Lift & build.", MODEL.labels, ("anti-sanction", "self-reliance"), evidence=evidence)
        page = Page(article_html([Analysis(text="Lift & build.", labels=MODEL.labels, statements=(one,))], MODEL))
        assert page.texts["s0"].startswith("Lift & build.")
        assert [a["class"] for a in page.all("span") if "ev" in a.get("class", "").split()] == [
            "ev e0",
            "ev e0",
            "ev e2",
        ]

    def test_speakers_are_counted_with_links(self):
        said = {"labels": MODEL.labels, "said": ("anti-sanction",)}
        statements = (
            made("One.", speaker="Ada <B>", **said),
            made("Two.", speaker="Ada <B>", **said),
            made("x", MODEL.labels),
        )
        page = Page(article_html([Analysis(text="x", labels=MODEL.labels, statements=statements)], MODEL))
        links = page.all("a", href="#statements")
        assert [(a["data-who"], a["data-stance"]) for a in links] == [("0", ""), ("0", "l0"), ("1", "")]
        assert links[1]["aria-label"] == "Ada <B>: 2 statements, anti-sanction"
        assert [a["data-name"] for a in page.all("th") if "data-name" in a] == ["Ada <B>", "nobody named"]

    def test_a_role_is_somebody_else_in_each_article(self):
        def said(name, *speakers):
            statements = tuple(made("One.", MODEL.labels, speaker=speaker) for speaker in speakers)
            return Analysis(document=name, text="", labels=MODEL.labels, statements=statements)

        names = ("Q", "Interviewer", "Ann Smith", "senior official", None)
        page = Page(article_html([said("mon", *names), said("tue", *names)], MODEL))
        counted = [a["data-name"] for a in page.all("th") if "data-name" in a]
        apart = {f"{role} ({day})" for role in ("Q", "Interviewer", "senior official") for day in ("mon", "tue")}
        assert set(counted) == apart | {"Ann Smith", "nobody named"}
        who = [int(a["data-who"]) for a in page.all("tr") if "data-who" in a]
        assert [counted[number] for number in who[:3]] == ["Q (mon)", "Interviewer (mon)", "Ann Smith"]
        assert [counted[number] for number in who[5:8]] == ["Q (tue)", "Interviewer (tue)", "Ann Smith"]
        assert [fields[4] for fields in rows_of(page)[:2]] == ["Q", "Interviewer"]  # what is downloaded stays
        alone = Page(article_html([said("mon", *names)], MODEL))
        assert {a["data-name"] for a in alone.all("th") if "data-name" in a} >= {"Q", "senior official"}

    def test_a_reader_is_warned_before_the_first_label(self):
        page = page_of(ARTICLE)
        head = page.split("<header>")[1].split("</header>")[0]
        assert "<strong>Read the sentence before you quote a label:</strong>" in head
        assert "“the embargo must not be lifted” can be taken" in " ".join(head.split())
        assert "unlike what the model was trained on" not in page
        strange = analyze("Министр заявил, что санкции незаконны.", MODEL, document="ru")
        assert "1 unlike what the model was trained on: take" in Page(article_html([strange], MODEL)).loose

    def test_several_articles_have_a_list(self):
        page = Page(page_of(ARTICLE, "It snowed.", ARTICLE))
        assert page.texts["a1"].strip().startswith("note 1")
        assert [a["href"] for a in page.all("a") if "data-article" in a] == ["#articles", "#a0", "#a1", "#a2"]
        assert [a["data-article"] for a in page.all("tr") if "data-article" in a] == list("0001222")
        assert len(page.all("nav")) == 1
        assert "<nav" not in page_of(ARTICLE)

    def test_articles_of_one_name_are_refused(self):
        notes = [analyze(ARTICLE, MODEL, document=name) for name in ("a", "b", "b")]
        with pytest.raises(InvalidInputError, match=r"articles 1 and 2 are both called 'b'.*document=\.\.\."):
            article_html(notes, MODEL)
        with pytest.raises(InvalidInputError, match="articles 0 and 1 are both called ''"):
            article_html([analyze(ARTICLE, MODEL)] * 2, MODEL)
        assert "<title>Stances in the article</title>" in article_html([analyze(ARTICLE, MODEL)], MODEL)

    def test_the_foot_names_model_version_and_thresholds(self):
        from importlib.metadata import version

        text = Page(page_of(ARTICLE, model_name="mine & yours")).loose
        assert f"stancekit {version('stancekit')} with the model mine & yours" in text
        for end in (*MODEL.calibration.low, *MODEL.calibration.high):
            assert f"{end:.2f}" in text
        assert "with a model of codebook" in Page(page_of(ARTICLE)).loose

    def test_every_kind_of_model(self, model):
        analysis = analyze("Lift the unjust embargo on every village. It rained.", model, document="note")
        page = Page(article_html([analysis], model))
        titles = page.loose.split("definition")[0].rsplit("label", 1)[1]
        assert ("ruled out below" in titles) == model.calibration.exclusive

    def test_exclusive_labels_have_words_of_their_own(self, models):
        model = models["exclusive"]
        never = replace(model, calibration=replace(model.calibration, low=np.ones(len(model.labels))))
        half = replace(model, calibration=replace(model.calibration, low=np.full(len(model.labels), 0.5)))
        assert "Between the two the model abstains." in thresholds_table(models["both"])
        assert "wins if it alone is not ruled out; else the model abstains." in thresholds_table(half)
        assert "wins; the model never abstains." in thresholds_table(never)
        assert "ruled out" not in thresholds_table(never)
        assert "1.00" not in thresholds_table(never)
        flat = replace(model, calibration=replace(half.calibration, offset=np.zeros(len(model.labels))))
        assert ">level</th>" in thresholds_table(half)
        assert "The label whose score is the largest multiple of its level wins" in thresholds_table(half)
        assert ">level</th>" not in thresholds_table(flat)
        assert "The label with the highest score wins" in thresholds_table(flat)

    def test_labels_may_be_called_as_what_is_no_label(self):
        said = [("none",), ("abstained",), ()]
        labels = ("none", "abstained", "x")
        everything = [made("Lift it.", labels=labels, said=one) for one in said]
        items = Page(f"<ul>{_legend(everything, Look.of(labels, everything))}</ul>").all("li")
        assert [item["data-value"] for item in items] == ["l0", "l1", "l2", "maybe", "none"]
        names = [item["data-name"] for item in items]
        assert len(set(names)) == len(names)
        for name in names[3:]:
            with pytest.raises(CodebookError, match=r"without '\|', control characters or outer blanks"):
                Codebook.from_labels([name, "x"])

    def test_more_labels_than_colours(self):
        labels = tuple(f"stance {n}" for n in range(9))
        style = Look.of(labels, []).style()
        assert f"--k8: {COLOURS[2]};" in style
        assert ".c8 {" in style


class TestWhatItKeepsOut:
    @pytest.mark.parametrize("text", [HOSTILE + DILUTED, ARTICLE.replace("embargo", HOSTILE) + DILUTED])
    def test_hostile_text_stays_text(self, text):
        analysis = analyze(text, MODEL, speaker=HOSTILE, document=HOSTILE)
        twin = replace(analysis, document=HOSTILE + "2")
        content = article_html([analysis, twin], MODEL, model_name=HOSTILE)
        page = Page(content)
        assert not page.all("img") + page.all("svg")
        assert len(page.all("script")) == len(page.all("style")) == 1
        assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
        assert not page.all("a", href="javascript:alert(1)")
        assert escape(HOSTILE[:60]) in content
        n = len(analysis.statements)
        assert [fields[0] for fields in rows_of(page)] == [HOSTILE] * n + [HOSTILE + "2"] * n

    def test_nothing_comes_from_elsewhere(self):
        content = page_of(ARTICLE, "It snowed.")
        assert not re.findall(r"https?:|//[a-z]|url\(|@import|\bfetch\b|XMLHttpRequest|\beval\b|innerHTML", content)
        for _, attributes in Page(content).elements:
            assert attributes.keys().isdisjoint({"src", "srcset", "style", "action", "data"})
            assert attributes.get("href", "#").startswith("#")

    def test_the_policy_names_style_and_script_by_their_hashes(self):
        content = page_of(ARTICLE)
        policy = Page(content).all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        for tag in ("style", "script"):
            inside = re.search(rf"<{tag}>(.*?)</{tag}>", content, flags=re.S)[1]
            digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy

    def test_too_much_for_a_page(self, monkeypatch):
        check_report_size(2000, 2_000_000)
        with pytest.raises(
            InvalidInputError, match=r"at most 2,000 statements .* got 2,001 .*Make a page of each part"
        ):
            check_report_size(2001, 0)
        with pytest.raises(InvalidInputError, match="2,000,001"):
            check_report_size(0, 2_000_001)
        monkeypatch.setattr(article, "MOST_STATEMENTS", 2)
        with pytest.raises(InvalidInputError, match="at most 2 statements"):
            page_of(ARTICLE)
        with pytest.raises(InvalidInputError, match="got no article to report"):
            article_html([], MODEL)


@pytest.mark.skipif(shutil.which("node") is None, reason="the page's script runs in node")
class TestDownload:
    def download(self, *lines):
        functions = re.search(r"^const shared = .*?^\}\)\(\);", page_of(ARTICLE), flags=re.M | re.S)[0]
        script = f"{functions}\nprocess.stdout.write(shared.csv({json.dumps(lines)}))"
        return subprocess.run(["node", "-e", script], capture_output=True, check=True, timeout=60).stdout.decode()

    def read(self, *lines):
        return list(csv.reader(io.StringIO(self.download(*lines), newline="")))

    def test_no_field_begins_as_a_formula(self):
        lines = [[first + "SUM(1,2)", "a" + first] for first in "=+-@\t\r\n＝＋－＠"]
        assert self.read(*lines) == [["'" + formula, text] for formula, text in lines]

    def test_all_else_stays_as_it_is(self):
        lines = [["a", ""], ['b, "c"', "– d"], ["'e", "f\r\ng\rh"], ["0.25", "1e-05"], ["-0.25", "+1,5"]]
        assert self.read(*lines) == lines
        assert self.download(['b, "c"', "d"], ["e", ""]) == '"b, ""c""",d\r\ne,\r\n'


class TestForm:
    def test_the_same_bytes_each_time(self):
        assert page_of(ARTICLE, HOSTILE + DILUTED) == page_of(ARTICLE, HOSTILE + DILUTED)

    def test_ids_are_unique_and_references_lead_somewhere(self):
        page = Page(page_of(ARTICLE, "It snowed."))
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        for _, attributes in page.elements:
            for name in ("aria-labelledby", "aria-describedby", "for"):
                assert attributes.get(name, ids[0]) in ids
            if attributes.get("href", "#") != "#":
                assert attributes["href"][1:] in ids

    def test_a_reader_finds_the_way(self):
        page = Page(page_of(ARTICLE))
        assert page.all("html")[0]["lang"] == "en"
        assert [len(page.all(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
        assert all(a.get("scope") in {"col", "row"} for a in page.all("th"))
        assert "hidden" in page.all("section", **{"class": "controls script"})[0]


class TestBrokenWords:
    def test_they_stand_as_in_the_article_and_weigh_as_words(self):
        analysis = analyze("The unjust sanc-\ntions must end.", MODEL, document="note")
        content = article_html([analysis], MODEL)
        assert "sanc-\ntions" in content
        assert Page(content).texts["w0"].count("unjust sanctions +") == 1
        assert '<td class="words" dir="auto">The unjust sanctions</td>' in content
        assert rows_of(Page(content))[0][-1].startswith("anti-sanction: The unjust sanctions (+")


class TestListing:
    def test_lines_fit(self):
        analysis = analyze(ARTICLE * 3, MODEL, document="note")
        for width in (80, 100, 200):
            lines = list(analysis_lines(analysis, width))
            assert max(map(len, lines)) <= width
        assert lines[0].split() == ["speaker", "kind", "stances", "statement"]
        assert tally_line(analysis).startswith("note: 9 statements, 6 anti-sanction")

    def test_narration_is_told_from_what_people_say(self):
        said = {"labels": MODEL.labels, "said": ("self-reliance",)}
        ours = [made("One.", **said), made("Two.", **said, speaker="Ada"), made("Three.", **said, kind="direct")]
        for statements, words in (
            (ours, "3 self-reliance (1 of them narration)"),
            (ours[1:], "2 self-reliance"),
            (ours[:1] * 2, "2 self-reliance (narration)"),
        ):
            pair = [Analysis(document=name, text="", labels=MODEL.labels, statements=()) for name in "ab"]
            pair[0] = replace(pair[0], statements=tuple(statements))
            assert tally_line(pair[0]).split("; ")[0].endswith(f", {words}")
            page = article_html(pair, MODEL)
            assert f"<small>{words}</small>" in page
            assert words.replace("self-reliance", "with a stance") + "; in" in page

    def test_each_stance_has_a_line_with_its_score(self):
        one = made("Lift it.", said=("pro",), abstained=("con",), speaker="A" * 40)
        lines = list(analysis_lines(Analysis(text="", labels=("pro", "con"), statements=(one,)), 80))
        assert lines[1].split() == ["A" * 23 + "…", "narration", "pro", "0.50", "Lift", "it."]
        assert lines[2].split() == ["?con", "0.50"]

    def test_what_a_terminal_would_obey_is_not_printed(self):
        one = made("Lift \x1b[31mit\x07 \u202enow.", speaker="\x1b]0;x")
        text = "".join(analysis_lines(Analysis(text="", labels=("pro", "con"), statements=(one,)), 80))
        assert text.isprintable()
        assert tally_line(Analysis(document="\x1b[2J", text="", labels=(), statements=())).isprintable()


class TestMarkdown:
    def test_a_row_a_statement(self):
        analysis = analyze(ARTICLE, MODEL, speaker="Ada Mbeki")
        head, rule, *rows = analysis_markdown(analysis).splitlines()
        assert head == "| no. | speaker | kind | stances | words that weighed | statement |"
        assert set(rule) == set("|:- ")
        assert len(rows) == len(analysis.statements) == 3
        score = analysis.statements[0].prediction.scores["anti-sanction"]
        assert rows[0].startswith(f"| 1 | Ada Mbeki | narration | anti-sanction {score:.2f} | embargo, ")
        assert rows[1] == "| 2 | Ada Mbeki | narration | – | – | It rained on the harbour all day. |"

    def test_abstaining_stands_beside_asserting(self):
        one = made("Lift it.", said=("pro",), abstained=("con",))
        text = analysis_markdown(Analysis(text="", labels=("pro", "con"), statements=(one,)))
        assert "| pro 0.50, ?con 0.50 |" in text

    def test_nothing_is_markup(self):
        one = made("a | b\n<b>*c* _d_ `e` [f](g) ~~h~~ &amp; \\", speaker="<i>|")
        row = analysis_markdown(Analysis(text="", labels=("pro", "con"), statements=(one,))).splitlines()[2]
        assert not set("<>*_`[]~") & set(row)
        assert row.replace("\\|", "").count("|") == 7
        assert unescape(row).endswith("a \\| b <b>*c* _d_ `e` [f](g) ~~h~~ &amp; \\\\ |")
