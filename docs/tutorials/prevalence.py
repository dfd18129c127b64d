# %% [markdown]
# # Measure a share
#
# What share of a corpus is against sanctions? Counting a model's labels counts its errors, and more statements do not
# make it better. A random sample, read by people, says how far the count is off, and by how much it may still be.
#
# For once we take a corpus whose truth is known, so that the estimate can be compared with it: statements of our own
# that serve as behaviour tests. They were made to be hard, and no model was trained on them.

# %%
import stancekit
from stancekit.report.prevalence import prevalence_markdown

cases = [case for case in stancekit.read_behaviour() if case.kind == "mft"]
cases = [case for case in cases if case.forbidden is None]  # no label left open
rows = [{"id": case.group, "text": case.text} for case in cases]
stancekit.write_table("corpus.csv", rows)
print(len(rows), "statements")

# %% [markdown]
# ## 1. Let the model label everything

# %%
model = stancekit.load()
stancekit.predict_file(model, "corpus.csv", "labelled-corpus.csv")

# %% [markdown]
# ## 2. Draw a sample by chance alone
#
# Statements that were chosen by score or keyword can tell no share, so `write_sample` draws at random. The sheet leaves
# the model's columns out, since coders must not see them, and has an empty column `labels` to fill in. It is written once:
# a sheet of that name is not replaced unless `overwrite=True` says so, since it may hold what coders wrote.

# %%
drawn = stancekit.write_sample("labelled-corpus.csv", "sheet.csv", 200, seed=1)
print(len(drawn.rows), "rows drawn")
print(", ".join(stancekit.read_table("sheet.csv").columns))

# %% [markdown]
# ## 3. People read the sample
#
# They write labels with `|` between them, and `none` where no label fits. Here the key of the behaviour tests does
# their work.

# %%
key = {case.group: "|".join(case.expected) or "none" for case in cases}
sheet = stancekit.read_table("sheet.csv")
annotated = [{**row, "labels": key[row["id"]]} for row in sheet]
stancekit.write_table("annotated.csv", annotated)

# %% [markdown]
# ## 4. Estimate
#
# From a terminal this is one line,
#
# ```sh
# stancekit prevalence labelled-corpus.csv --gold annotated.csv --id id --design random
# ```
#
# and in Python the arrays are at hand:

# %% [prints markdown]
import numpy as np

labels = model.codebook.labels
found = model.predict_labels([case.text for case in cases])
predicted = np.array([[label in one for label in labels] for one in found])
gold = np.full(predicted.shape, np.nan)
for row in drawn.rows:
    gold[row] = [label in cases[row].expected for label in labels]
estimate = stancekit.prevalence(predicted, gold, labels=labels, design="random")
print(prevalence_markdown(estimate))

# %% [markdown]
# The *slope* says how much the model's labels count, from 0, where they are left out, to 1. The *effective size* is how
# many annotated statements, drawn one by one and without a model, would give as short an interval.
#
# The interval says what the sample cannot know. And the truth, which nobody has outside of a tutorial?

# %%
for label in labels:
    truth = 100 * np.mean([label in case.expected for case in cases])
    share = estimate.per_label[label]
    holds = 100 * share.corrected.low <= truth <= 100 * share.corrected.high
    print(f"{label:16} counted {100 * share.uncorrected:4.1f} %", end="   ")
    print(f"truth {truth:4.1f} %   in the interval: {holds}")

# %% [markdown]
# Intervals of 95 % may miss the truth once in twenty times; [a simulation](../prevalence.md) counted how often these do,
# for rare labels and small samples too.
#
# ## How many must be read?
#
# That depends on how narrow the interval has to be, here two points from end to end around a share of 5 %:

# %%
plan = stancekit.plan_from_rates(
    share=0.05, precision=0.8, recall=0.8, n_statements=100_000, width=0.02
)
need = plan.per_label["label"]
print(need.n_needed, "statements; without the model", need.n_without_model)
