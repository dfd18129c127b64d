# %% [markdown]
# # Train on your own codebook
#
# The labels of the package are not the only ones. A codebook says what yours mean, a table holds statements that you
# have labelled, and what comes out is a model like the one in the package.
#
# ## The codebook

# %%
from pathlib import Path

import stancekit

Path("tariffs.yaml").write_text(
    """\
name: tariffs
targets:
  - name: tariffs
    terms: [tariff*, dut*]
stances:
  - label: protection
    target: tariffs
    pole: in favour
    definition: The voice wants tariffs raised or kept.
  - label: free trade
    target: tariffs
    pole: against
    definition: The voice wants tariffs cut or abolished.
""",
    encoding="utf-8",
)
codebook = stancekit.Codebook.read("tariffs.yaml")
print(codebook.labels)

# %% [markdown]
# ## Labelled statements
#
# [tariffs.csv](tariffs.csv) holds sentences of invented speeches, each with its label or none. The column `speech`
# matters: statements of one speech resemble each other, so all of them must be on the same side of every split, or the
# figures would be too good.

# %%
data = stancekit.read_labelled("tariffs.csv", codebook, group="speech")
print(len(data), "statements from", len(set(data.groups)), "speeches")
for label, positive in zip(codebook.labels, data.truth.sum(axis=0), strict=True):
    print(f"{label}: {positive:.0f}")

# %% [markdown]
# ## Train, and measure out of fold
#
# `train` fits the model, and tells how it does on speeches that the fold's model has not seen.

# %%
trained = stancekit.train(data, codebook, n_bootstrap=500)
for label, figures in trained.evaluation.per_label.items():
    print(
        f"{label}: F1 {figures.f1.value:.2f} [{figures.f1.low:.2f}, {figures.f1.high:.2f}]"
    )

# %% [markdown]
# The intervals are wide, as they must be with so few statements. They say honestly what can be said.
#
# ## Keep it, and use it

# %%
stancekit.save(trained.model, "tariff-model")
model = stancekit.load("tariff-model")
new = [
    "Raise the duty on imported glass.",
    "Cut every tariff on tools.",
    "We sing at noon.",
]
for one in model.predict(new):
    print(one.text)
    print("    asserted:", ", ".join(one.labels) or "–", end="; ")
    print("will not say:", ", ".join(one.abstained) or "–")

# %% [markdown]
# Where the model has too little to go by it abstains, rather than guess. The folder `tariff-model` is the whole model, with
# a card that holds these figures; loading it executes nothing.
#
# ## The same from a terminal
#
# ```sh
# stancekit train tariffs.csv --codebook tariffs.yaml --group speech --output from-terminal
# stancekit predict "Cut every tariff on tools." --model from-terminal
# ```
#
# ## What to label next
#
# More labels help most where the model is unsure. `suggest` chooses, and keeps a random share apart, so that the
# labels can be used for [a share](prevalence.md) as well.

# %%
candidates = [
    "Tax foreign glass.",
    "We sing at noon.",
    "No more duties on books.",
    "The tariff is what it is.",
]
shares = {"random": 0.5, "uncertain": 0.5}
for one in stancekit.suggest(candidates, 2, model=model, shares=shares):
    print(f"{one.strategy}: {candidates[one.row]}")
