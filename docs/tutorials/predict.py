# %% [markdown]
# # Label a table
#
# A table goes in, the same table comes out, with the stance of every row. Here it has eight rows; with eight million
# the calls are the same, and memory does not grow.

# %%
from pathlib import Path

import stancekit

Path("speeches.csv").write_text(
    """id,speaker,text
1,minister,The embargo is illegal and must be lifted at once.
2,minister,We met in the capital on Monday.
3,governor,"Let us open our borders to our neighbours, and trade and build with them."
4,governor,We will build every turbine with our own hands.
5,envoy,Sanctions starve the weak and spare the strong.
6,envoy,Not one sanction should be lifted before the prisoners are free.
7,delegate,"Lift the blockade, and let our two nations work together on medicine."
8,delegate,Thank you for your attention.
""",
    encoding="utf-8",
)

# %% [markdown]
# The model is in the package. `predict_file` reads, labels and writes side by side; formats go by the suffix, so
# `speeches.csv.gz`, `.jsonl` or `.parquet` would do as well.

# %%
model = stancekit.load()
n_rows = stancekit.predict_file(
    model, "speeches.csv", "labelled.csv", unfamiliar=True
)
print(n_rows, "rows")
print(*stancekit.read_table("labelled.csv").columns, sep="\n")

# %% [markdown]
# All columns are kept, and these are added: the asserted labels, those on which the model will not say, and a calibrated
# score for each label. `stance_unfamiliar` is true where a statement looks unlike everything the model was trained on.

# %%
for row in stancekit.read_table("labelled.csv"):
    print(f"{row['id']}  {row['stance_labels'] or '–':34}{row['text'][:44]}")

# %% [markdown]
# Statement 6 speaks *for* sanctions, though it is full of the words of those who speak against them. What did the model
# make of it, and on what grounds?

# %%
why = model.explain(
    "Not one sanction should be lifted before the prisoners are free."
)
print(
    "asserted:", why.prediction.labels, " will not say:", why.prediction.abstained
)
print("score:", round(why.prediction.scores["anti-sanction"], 2))
for span in why.top("anti-sanction", 3):
    print(f"{span.weight:+.2f}  {span.text}")

# %% [markdown]
# A linear model adds up words. The encoder in the package (`stancekit.load("encoder")`, extra `encoder`) reads whole
# statements and is better at such turns, though not free of errors: [behaviour tests](../behaviour.md) say, capability by
# capability, where each of them fails.
#
# ## The same from a terminal
#
# ```sh
# stancekit predict --input speeches.csv --output labelled.jsonl --unfamiliar
# stancekit explain "Not one sanction should be lifted before the prisoners are free."
# ```
#
# A run that was stopped goes on with `--resume`. Next: counting these labels is not yet a finding, since it counts the
# model's errors too. [Measure a share](prevalence.md) puts that right.
