# %% [markdown]
# # Take an article apart
#
# An article has no single stance: the minister says one thing, the envoy another, and the reporter neither. So it is
# split into statements, each is given to whoever says it, and each is labelled.

# %%
import stancekit

ARTICLE = """\
Port talks end without a deal

Foreign Minister Ann Smith called on Tuesday for an immediate end to the embargo on the island. "It is illegal, it is
cruel, and it has failed," she told reporters in the harbour town of Lerna.

The talks had lasted three days. Ambassador Paul Okoro said that his government would gladly work with its neighbours on
fisheries and medicine. He added that a joint committee could meet within a month.

"We have learned to feed ourselves," said Maria Lopez, who heads the growers' union. "Our own seed, our own tools, our
own roads: nobody can take them away."

The next round is planned for May.
"""

found = stancekit.analyze(ARTICLE, document="Port talks")
for one in found.statements:
    statement = one.statement
    stances = ", ".join(one.prediction.labels) or "–"
    print(f"{statement.speaker or '–':12}{statement.kind:11}{stances:17}", end="")
    print(" ".join(statement.text.split())[:40])

# %% [markdown]
# "She" and "he" were given to those whom the article named before, and quotation marks are not what decides: what Ann
# Smith is reported to have called for is hers as well.
#
# Offsets lead back to the article, which is never changed, so every label can be checked where it stands:

# %%
first = next(
    one for one in found.statements if "anti-sanction" in one.prediction.labels
)
statement = first.statement
print(
    statement.start,
    statement.end,
    ARTICLE[statement.start : statement.end] == statement.text,
)
for span in first.evidence:
    print(f"{span.label}: {span.text!r} {span.weight:+.2f}")

# %% [markdown]
# ## A page for readers
#
# `write_page` makes one HTML file of any number of articles, with the stances marked, a table of speakers and filters. It
# needs no network and no other file, so it can be mailed or printed.

# %%
stancekit.write_page("talks.html", found)
print(stancekit.analysis_markdown(found).splitlines()[2])

# %% [markdown]
# ## The same from a terminal
#
# The command reads files, so the article goes into one:

# %%
from pathlib import Path

Path("talks.txt").write_text(ARTICLE, encoding="utf-8")

# %% [markdown]
# ```sh
# stancekit analyze talks.txt --html from-terminal.html --output talks.csv
# ```
#
# A folder of articles, or a table with an article a row, goes the same way. Speakers are found by rules, in English, and
# [the page of articles](../articles.md) says how often they err: look at the article before you quote somebody.
