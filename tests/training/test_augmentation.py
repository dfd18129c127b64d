"""Other countries' names stand where those of a statement stood, and all else stays."""

import csv
import re
from collections import Counter
from importlib.resources import files

import pytest

from stancekit.training.augmentation import swap_countries

SEEDS = range(40)
ROWS = list(
    csv.DictReader(
        files("stancekit.training").joinpath("countries.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t"
    )
)
ADJECTIVES = {row["name"]: row["adjective"] for row in ROWS}
WITH_ARTICLE = {name for name in ADJECTIVES if name.startswith("the ")}


def swapped(text, seed=0):
    return swap_countries([text], seed)[0]


def parts(pattern, text, seed):
    """Give what then stands in the places of a pattern's groups; around them nothing may change."""
    found = re.fullmatch(pattern, swapped(text, seed))
    assert found, swapped(text, seed)
    return found.groups()


class TestForms:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_name_for_name_and_adjective_for_adjective(self, seed):
        text = "we asked Cuba why the Cuban people of Cuba resist"
        name, adjective, again = parts("we asked (.+) why the (.+) people of (.+) resist", text, seed)
        assert again == name
        assert adjective == ADJECTIVES[name]

    @pytest.mark.parametrize(
        ("form", "name"),
        [
            ("the U.S.", "the United States"),
            ("the USA", "the United States"),
            ("America", "the United States"),
            ("the UK", "the United Kingdom"),
            ("the United Kingdom of Great Britain and Northern Ireland", "the United Kingdom"),
            ("the DPRK", "North Korea"),
            ("the Democratic People's Republic of Korea", "North Korea"),
            ("the Democratic People’s Republic of Korea", "North Korea"),
            ("the Republic of Korea", "South Korea"),
            ("Türkiye", "Turkey"),
            ("Côte d'Ivoire", "Ivory Coast"),
            ("Côte d’Ivoire", "Ivory Coast"),
            ("the Islamic Republic of Iran", "Iran"),
            ("the United\nStates", "the United States"),
        ],
    )
    def test_another_name_is_the_same_country(self, form, name):
        for seed in SEEDS:
            one, two = parts("when (.+) met (.+) it rained", f"when {form} met {name} it rained", seed)
            assert one == two
            assert one in ADJECTIVES

    @pytest.mark.parametrize(
        ("form", "adjective"),
        [("U.S.", "American"), ("UK", "British"), ("DPRK", "North Korean"), ("Argentinian", "Argentine")],
    )
    def test_another_adjective_is_the_same_country(self, form, adjective):
        for seed in SEEDS:
            one, two = parts("when (.+) troops met (.+) ones", f"when {form} troops met {adjective} ones", seed)
            assert one == two
            assert one in ADJECTIVES.values()

    @pytest.mark.parametrize(
        "forms",
        [
            ["South Sudan", "Sudan", "South Africa", "South Korea", "North Korea"],
            ["Guinea-Bissau", "Guinea", "Equatorial Guinea", "Papua New Guinea"],
            ["the Democratic People's Republic of Korea", "the Republic of Korea"],
            ["Niger", "Nigeria", "the Central African Republic", "the Dominican Republic"],
            ["South Sudanese", "Sudanese", "Bissau-Guinean", "Guinean", "Nigerien", "Nigerian", "Kazakh"],
        ],
        ids=lambda forms: forms[0],
    )
    def test_a_longer_form_is_not_the_shorter_one_in_it(self, forms):
        every = ADJECTIVES.keys() | ADJECTIVES.values()
        for seed in SEEDS:
            found = parts("; ".join(["we saw (.+)"] * len(forms)), "; ".join(f"we saw {form}" for form in forms), seed)
            assert set(found) <= every
            assert len(set(found)) == len(forms)

    @pytest.mark.parametrize("column", ["name", "adjective"])
    def test_two_countries_never_become_one(self, column):
        text = "; ".join(f"we saw {row[column]}" for row in ROWS)
        for seed in SEEDS:
            found = swapped(text, seed).split("; ")
            assert len(set(found)) == len(found) == len(ROWS)

    def test_every_country_is_drawn(self):
        drawn = Counter(swap_countries(["we saw Cuba"] * 20 * len(ROWS), seed=0))
        assert drawn.keys() == {f"we saw {name}" for name in ADJECTIVES}
        assert max(drawn.values()) < 60  # of 20 expected

    @pytest.mark.parametrize(
        ("text", "pattern"),
        [
            ("a U.S.-led war on Iran's allies", "a (.+)-led war on (.+)'s allies"),
            ("the Russian-Chinese pact", "the (.+)-(.+) pact"),
            ("in (Cuba), “Peru” and Chad/Mali", "in \\((.+)\\), “(.+)” and (.+)/(.+)"),
            ("we left Iraq.\nWe saw Iran", "we left (.+)\\.\nWe saw (.+)"),
        ],
    )
    def test_what_stands_around_stays(self, text, pattern):
        drawn = [parts(pattern, text, seed) for seed in SEEDS]
        assert {form for forms in drawn for form in forms} <= ADJECTIVES.keys() | ADJECTIVES.values()
        assert len(set(drawn)) > 30


class TestCapitals:
    @pytest.mark.parametrize(
        "start",
        ["", "“", "(", "  ", "We met. ", "Why? ", "“We met.” ", "We met.\n", "We met… "],
    )
    @pytest.mark.parametrize("name", ["Cuba", "The Bahamas", "Turkey"])
    def test_a_sentence_starts_with_a_capital(self, start, name):
        drawn = {parts(re.escape(start) + "(.+) resists", f"{start}{name} resists", seed)[0] for seed in range(200)}
        assert all(name[0].isupper() for name in drawn)
        assert any(name.startswith("The ") for name in drawn)

    @pytest.mark.parametrize("name", ["Cuba", "the Bahamas", "Turkey"])
    @pytest.mark.parametrize("start", ["we saw ", "we saw (", "we saw “", "we met; ", "ours, "])
    def test_an_article_within_a_sentence_has_none(self, start, name):
        drawn = {parts(re.escape(start) + "(.+) resist", f"{start}{name} resist", seed)[0] for seed in range(200)}
        assert drawn <= ADJECTIVES.keys()
        assert drawn & WITH_ARTICLE

    def test_an_article_goes_with_its_name(self):
        for seed in SEEDS:
            (name,) = parts("(.+) is here", "The Netherlands is here", seed)
            assert name in ADJECTIVES or "t" + name[1:] in WITH_ARTICLE
            (adjective,) = parts("The (.+) people", "The Dutch people", seed)
            assert adjective in ADJECTIVES.values()


class TestWhatStays:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            " \n",
            "We trade with our friends.",
            "Chadwick met Indiana, Jordanes and Omanthai.",
            "the united states of mind, a turkey on china plates",
            "The Cubans and the Americans",  # plurals are no forms of the table
            "Americanism is unFrench.",
            "Latin America, South American and Inter-American States, the Organization of American States",
            "the Indian Ocean, the South China Sea, Northern Ireland",
            "US$ 5 and US$5",
        ],
    )
    def test_statements_without_a_country(self, text):
        for seed in SEEDS:
            assert swapped(text, seed) == text

    def test_of_nothing(self):
        assert swap_countries([], seed=0) == []

    def test_regions_stay_beside_the_country_whose_name_they_hold(self):
        drawn = {parts("in Latin America (.+) is alone", "in Latin America America is alone", seed) for seed in SEEDS}
        assert len(drawn) > 20


class TestSeed:
    TEXTS = ("Cuba met Peru.", "We met.", "Cuba met Peru.", "The U.S. embargo on Cuba must go.")

    def test_the_same_seed_draws_the_same(self):
        assert swap_countries(self.TEXTS, seed=5) == swap_countries(list(self.TEXTS), seed=5)

    def test_another_seed_draws_others(self):
        assert len({swapped("Cuba met Peru.", seed) for seed in SEEDS}) > 30

    def test_every_statement_has_draws_of_its_own(self):
        assert len(set(swap_countries(["Cuba met Peru."] * 40, seed=0))) > 30

    def test_draws_hang_on_the_row_and_not_on_the_neighbours(self):
        whole = swap_countries(self.TEXTS, seed=0)
        for row, text in enumerate(self.TEXTS):
            assert swap_countries(["Iran and Iraq."] * row + [text], seed=0)[row] == whole[row]
        assert whole[0] != whole[2]


class TestTable:
    def test_no_form_belongs_to_two_countries(self):
        owners = {}
        for row in ROWS:
            for column in ("name", "adjective"):
                for form in (row[column], *filter(None, row[f"other_{column}s"].split("; "))):
                    assert owners.setdefault(form, row["name"]) == row["name"]

    def test_cells(self):
        for row in ROWS:
            assert list(row) == ["name", "adjective", "other_names", "other_adjectives"]
            assert row["name"]
            assert row["adjective"]
            for column, cell in row.items():
                forms = cell.split("; ") if column.startswith("other_") and cell else [cell]
                for form in forms:
                    assert form == " ".join(form.split())
                    assert form.removeprefix("the ")[:1].isupper() or not cell
                    assert "’" not in form  # both apostrophes are found by the straight one

    def test_names_are_unique_and_adjectives_have_no_article(self):
        assert len(ADJECTIVES) == len(set(ADJECTIVES.values())) == len(ROWS)
        assert not [adjective for adjective in ADJECTIVES.values() if adjective.startswith("the ")]
