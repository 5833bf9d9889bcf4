"""The datasets that are learned from: short episodes of every family, without pictures."""

import os
from pathlib import Path

import worlds
from dataset import Dataset

# Fewer where worlds are dear to make, more where they are cheap and differ much.
EPISODES = 240
OTHERS = {
    "granular_hopper": 40,
    "pour_flow": 100,
    "rope_soft": 120,
    "chain_reaction": 160,
    "billiard_collide": 400,
    "quad_flight": 480,
    "support_topple": 120,
    "hidden_props": 480,
}
# A tower is reached late: in shorter episodes its blocks hardly ever move, and nothing is to be learned of them.
STEPS = 40
LONGER = {"support_topple": 160}
# Both kinds of policy vary what they do from row to row; an expert alone would let a model guess the action from the state.
POLICIES = "smooth_random=1,noisy=1"
SPLITS = 'splits=[{name="train",share=0.75},{name="validation",share=0.25}]'
RUN = ["--seed", 2, "--sensors", "none", "--policies", POLICIES, "--set", SPLITS, "--shard-episodes", 1000]


def families():
    """All families, those first that take longest."""
    dear = [name for name in OTHERS if name in worlds.families()]
    return dear + [name for name in worlds.families() if name not in dear]


def dataset(family):
    """A family's dataset, which is made when it is not there."""
    out = Path(os.environ["TERRELLA_INTEROP_DATA"]) / "learning" / family
    if not (out / "meta/terrella/manifest.json").exists():
        worlds.generate(out, [family, "-n", OTHERS.get(family, EPISODES), "--steps", LONGER.get(family, STEPS), *RUN], threads=1)
    return Dataset(out)
