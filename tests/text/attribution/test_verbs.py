"""The table of verbs."""

from collections import Counter

from stancekit.text.attribution.verbs import VERBS


def test_each_verb_reports_in_one_way():
    counts = Counter(verb for verbs in VERBS.values() for verb in verbs.split())
    assert [verb for verb, n in counts.items() if n > 1] == []
