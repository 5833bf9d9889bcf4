"""Terrella beside MuJoCo's own `mujoco.rollout` on like worlds, in turn, in one run.

The world of both: ten boxes and ten balls of 0.1 m half width and 1000 kg/m^3, friction 0.5, dropped on a plane from
the same jittered grid; 200 records an episode, at 60 Hz. `accurate` takes 4 physics steps of 1/240 s for a record,
`fast` one of 1/60 s.

MuJoCo runs with its defaults: Newton solver, pyramidal cones, Euler integrator, contacts of condim 3 with the default
solref and solimp, float64. It is measured twice: the rollout alone, which keeps the state of every step in memory, and
with every record written to Parquet by pyarrow (float32, zstd, as Terrella's tables), a file for each batch.

Terrella's `recorded` writes closed Parquet files with states, proprioception, statistics, hashes and metadata; `bare`
is its solver alone. Solvers differ in what they do in a step, so a ratio says what a user waits for, not which
solver is better.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import mujoco
import mujoco.rollout
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BODIES = 20
RECORDS = 200
HALF_WIDTH_M = 0.1
# Episodes that are rolled out before they are written.
BATCH = 50
STEPS_PER_RECORD = {"accurate": 4, "fast": 1}


def model(steps_per_record):
    bodies = []
    for index in range(BODIES):
        kind = f'type="box" size="{HALF_WIDTH_M} {HALF_WIDTH_M} {HALF_WIDTH_M}"' if index % 2 == 0 else f'type="sphere" size="{HALF_WIDTH_M}"'
        bodies.append(f'<body name="body_{index}"><freejoint/><geom {kind}/></body>')
    text = f"""
    <mujoco>
      <option timestep="{1 / (60 * steps_per_record)}"/>
      <default><geom density="1000" friction="0.5 0.005 0.0001"/></default>
      <worldbody>
        <geom name="floor" type="plane" size="0 0 1"/>
        {"".join(bodies)}
      </worldbody>
    </mujoco>"""
    return mujoco.MjModel.from_xml_string(text)


def initial_states(world, episodes, seed):
    """States before the first step, of shape (episodes, state): a grid of bodies with jitter, at rest."""
    rng = np.random.default_rng(seed)
    data = mujoco.MjData(world)
    states = np.zeros((episodes, mujoco.mj_stateSize(world, mujoco.mjtState.mjSTATE_FULLPHYSICS)))
    index = np.arange(BODIES)
    row, column = index // 5, index % 5
    for episode in range(episodes):
        mujoco.mj_resetData(world, data)
        pose = data.qpos.reshape(BODIES, 7)
        pose[:, 0] = 0.28 * (column - 2.0) + rng.uniform(-0.04, 0.04, BODIES)
        pose[:, 1] = 0.28 * (row - 1.5) + rng.uniform(-0.04, 0.04, BODIES)
        pose[:, 2] = 0.3 + 0.12 * row
        pose[:, 3:] = [1.0, 0.0, 0.0, 0.0]
        mujoco.mj_getState(world, data, states[episode], mujoco.mjtState.mjSTATE_FULLPHYSICS)
    return states


def write(path, qpos, qvel, first_episode):
    """One file of records, of arrays (episodes, records, numbers)."""
    episodes, records, _ = qpos.shape
    qpos, qvel = (pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[2]) for values in (qpos, qvel))
    table = pa.table({
        "episode_index": np.repeat(np.arange(first_episode, first_episode + episodes), records),
        "frame_index": np.tile(np.arange(records), episodes),
        "qpos": qpos,
        "qvel": qvel,
    })
    pq.write_table(table, path, compression="zstd", compression_level=1, use_dictionary=False)


def roll_out(world, steps_per_record, episodes, threads, folder):
    """Records a second; with a folder, of records that are written there."""
    data = [mujoco.MjData(world) for _ in range(threads)]
    states = initial_states(world, episodes, seed=0)
    with mujoco.rollout.Rollout(nthread=threads) as pool:
        start = time.perf_counter()
        for first in range(0, episodes, BATCH):
            batch = states[first : first + BATCH]
            path, _ = pool.rollout(world, data, batch, nstep=RECORDS * steps_per_record)
            kept = path[:, steps_per_record - 1 :: steps_per_record]
            assert kept.shape[1] == RECORDS
            if folder:
                qpos = kept[:, :, 1 : 1 + world.nq].astype(np.float32)
                qvel = kept[:, :, 1 + world.nq : 1 + world.nq + world.nv].astype(np.float32)
                write(folder / f"file-{first:06}.parquet", qpos, qvel, first)
        secs = time.perf_counter() - start
    heights = kept[:, -1, 1 : 1 + world.nq].reshape(-1, BODIES, 7)[:, :, 2]
    assert np.isfinite(kept).all() and heights.min() > 0.8 * HALF_WIDTH_M, "MuJoCo's world came apart"
    if folder:
        rows = sum(pq.read_metadata(file).num_rows for file in folder.iterdir())
        assert rows == episodes * RECORDS
    return episodes * RECORDS / secs


def terrella(binary, threads, episodes):
    """Recorded and bare records a second by preset, and whether the binary is optimised."""
    command = [binary, "bench", "--json", "--rounds", "1", "--threads", str(threads), "--episodes", str(episodes)]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = {}
    for result in report["results"]:
        for preset in STEPS_PER_RECORD:
            if result["name"] == f"drop20 {preset}" and result["threads"] == threads:
                found[preset] = {"recorded": result["transitions_per_second"], "bare": result["bare_per_second"]}
    return found, report["optimised"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("terrella", help="the terrella binary")
    parser.add_argument("--threads", default="1,2", help="numbers of threads")
    parser.add_argument("--episodes", type=int, default=200, help="episodes in a measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each, in turn; medians are printed")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    arguments = parser.parse_args()

    worlds = {preset: model(steps) for preset, steps in STEPS_PER_RECORD.items()}
    measured, optimised = {}, True
    for threads in map(int, arguments.threads.split(",")):
        for _ in range(arguments.rounds):
            rates, optimised = terrella(arguments.terrella, threads, arguments.episodes)
            for preset, steps in STEPS_PER_RECORD.items():
                round_ = measured.setdefault((preset, threads), [])
                alone = roll_out(worlds[preset], steps, arguments.episodes, threads, None)
                with tempfile.TemporaryDirectory() as folder:
                    written = roll_out(worlds[preset], steps, arguments.episodes, threads, Path(folder))
                round_.append({**rates[preset], "mujoco": alone, "mujoco_written": written})

    def ratio(rounds, mine, theirs):
        """Of what was measured next to each other, so that a noisy machine is noisy for both."""
        return statistics.median(one[mine] / one[theirs] for one in rounds)

    results = []
    for (preset, threads), rounds in measured.items():
        median = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
        results.append({
            "preset": preset,
            "threads": threads,
            "terrella_recorded": median["recorded"],
            "terrella_bare": median["bare"],
            "mujoco": median["mujoco"],
            "mujoco_written": median["mujoco_written"],
            "recorded_to_mujoco_written": ratio(rounds, "recorded", "mujoco_written"),
            "recorded_to_mujoco": ratio(rounds, "recorded", "mujoco"),
            "bare_to_mujoco": ratio(rounds, "bare", "mujoco"),
        })
    if arguments.json:
        print(json.dumps({"mujoco_version": mujoco.__version__, "terrella_optimised": optimised, "episodes": arguments.episodes,
                          "rounds": arguments.rounds, "results": results}, indent=2))
        return
    print(f"records a second, 20 bodies, MuJoCo {mujoco.__version__}, median of {arguments.rounds} rounds of "
          f"{arguments.episodes} episodes of {RECORDS} records")
    heads = ["preset", "threads", "Terrella recorded", "Terrella bare", "MuJoCo", "MuJoCo written", "recorded/written",
             "recorded/MuJoCo", "bare/MuJoCo"]
    rows = [[one["preset"], str(one["threads"])]
            + [f"{one[key]:,.0f}" for key in ("terrella_recorded", "terrella_bare", "mujoco", "mujoco_written")]
            + [f"{one[key]:.2f}" for key in ("recorded_to_mujoco_written", "recorded_to_mujoco", "bare_to_mujoco")]
            for one in results]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    for row in [heads, *rows]:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
    if not optimised:
        print("Terrella is a development build here: give a release build to have figures to quote.")


if __name__ == "__main__":
    main()
