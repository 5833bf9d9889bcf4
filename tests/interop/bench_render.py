"""Terrella's renderer beside MuJoCo's and PyBullet's software renderers on like scenes, in turn, in one run.

The scene of all: ten boxes and ten balls of 0.1 m half width in a grid above a checkered floor, one directional light,
seen by one camera from 2.6 m; the bodies are moved a little before each picture, so nothing can be kept.

MuJoCo draws with `mujoco.Renderer` on OSMesa, PyBullet with its own TinyRenderer. Both are measured with shadows and
without, on as many processors as they take (one process). Terrella is measured on one thread and on as many as
`--threads` says. MuJoCo's picture is RGB; PyBullet always draws depth and ids as well.
"""

import argparse
import json
import os
import statistics
import subprocess
import time

os.environ.setdefault("MUJOCO_GL", "osmesa")

import mujoco
import numpy as np
import pybullet

BODIES = 20
HALF_WIDTH_M = 0.1
EYE, TARGET, FOV_DEG = (0.0, -2.6, 1.2), (0.0, 0.0, 0.2), 45.0
SUN = (0.4, -0.3, 1.0)
# Pictures in a round.
ROUND = 8


def places(picture):
    """Positions of the bodies in a picture, of shape (20, 3)."""
    index = np.arange(BODIES)
    row, column = index // 5, index % 5
    sway = 0.02 * np.sin(0.1 * picture + index)
    return np.stack([0.28 * (column - 2.0) + sway, 0.28 * (row - 1.5), 0.12 + 0.1 * row + sway], axis=1)


class MuJoCo:
    name = f"MuJoCo {mujoco.__version__}, OSMesa"

    def __init__(self, size, shadows):
        bodies = "".join(
            f'<body mocap="true" name="body_{index}"><geom type="{"box" if index % 2 == 0 else "sphere"}" '
            f'size="{HALF_WIDTH_M} {HALF_WIDTH_M} {HALF_WIDTH_M}" rgba="{0.3 + 0.03 * index} 0.5 {0.9 - 0.03 * index} 1"/></body>'
            for index in range(BODIES))
        sun = " ".join(str(-part) for part in SUN)
        self.model = mujoco.MjModel.from_xml_string(f"""
            <mujoco>
              <asset>
                <texture name="checker" type="2d" builtin="checker" rgb1=".6 .6 .6" rgb2=".4 .4 .4" width="256" height="256"/>
                <material name="checker" texture="checker" texrepeat="10 10"/>
              </asset>
              <worldbody>
                <light directional="true" pos="1.6 -1.2 4" dir="{sun}" castshadow="true"/>
                <geom type="plane" size="10 10 0.1" material="checker"/>
                <camera name="eye" pos="{EYE[0]} {EYE[1]} {EYE[2]}" fovy="{FOV_DEG}" mode="targetbody" target="target"/>
                <body name="target" pos="{TARGET[0]} {TARGET[1]} {TARGET[2]}"/>
                {bodies}
              </worldbody>
            </mujoco>""")
        self.data = mujoco.MjData(self.model)
        self.renderer = mujoco.Renderer(self.model, size, size)
        self.shadows = shadows

    def draw(self, picture):
        self.data.mocap_pos[:] = places(picture)
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        mujoco.mj_camlight(self.model, self.data)
        self.renderer.update_scene(self.data, camera="eye")
        self.renderer.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = self.shadows
        self.renderer.scene.flags[mujoco.mjtRndFlag.mjRND_REFLECTION] = False
        return self.renderer.render()

    def close(self):
        self.renderer.close()


class PyBullet:
    name = f"PyBullet {pybullet.getAPIVersion()}, TinyRenderer"

    def __init__(self, size, shadows):
        self.size, self.shadows = size, shadows
        self.client = pybullet.connect(pybullet.DIRECT)
        floor = pybullet.createVisualShape(pybullet.GEOM_BOX, halfExtents=[10, 10, 0.05], rgbaColor=[0.5, 0.5, 0.5, 1])
        pybullet.createMultiBody(baseVisualShapeIndex=floor, basePosition=[0, 0, -0.05])
        box = pybullet.createVisualShape(pybullet.GEOM_BOX, halfExtents=[HALF_WIDTH_M] * 3, rgbaColor=[0.8, 0.4, 0.3, 1])
        ball = pybullet.createVisualShape(pybullet.GEOM_SPHERE, radius=HALF_WIDTH_M, rgbaColor=[0.3, 0.5, 0.9, 1])
        self.bodies = [pybullet.createMultiBody(baseVisualShapeIndex=box if index % 2 == 0 else ball) for index in range(BODIES)]
        self.view = pybullet.computeViewMatrix(EYE, TARGET, (0, 0, 1))
        self.projection = pybullet.computeProjectionMatrixFOV(FOV_DEG, 1.0, 0.05, 50.0)

    def draw(self, picture):
        for body, place in zip(self.bodies, places(picture)):
            pybullet.resetBasePositionAndOrientation(body, place, (0, 0, 0, 1))
        _, _, rgba, _, _ = pybullet.getCameraImage(
            self.size, self.size, self.view, self.projection, lightDirection=SUN, shadow=int(self.shadows),
            renderer=pybullet.ER_TINY_RENDERER)
        return np.reshape(rgba, (self.size, self.size, 4))[..., :3]

    def close(self):
        pybullet.disconnect(self.client)


def frames_per_second(engine, size, shadows, secs):
    peer = engine(size, shadows)
    first = peer.draw(0)
    assert first.shape == (size, size, 3) and first.std() > 5.0, f"{peer.name} drew nothing"
    best, picture, start = 0.0, 0, time.perf_counter()
    while time.perf_counter() - start < secs:
        # The best round counts, as for Terrella: other work on the machine only slows.
        round_start = time.perf_counter()
        for _ in range(ROUND):
            picture += 1
            peer.draw(picture)
        best = max(best, ROUND / (time.perf_counter() - round_start))
    peer.close()
    return best


def terrella(binary, size, shadows, threads, secs):
    """Frames a second of RGB, and the instruction set that drew them."""
    command = [binary, "bench", "--render", "--json", "--sizes", str(size), "--objects", str(BODIES), "--threads", str(threads),
               "--shadows", "hard" if shadows else "none", "--outputs", "rgb", "--seconds", str(secs)]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    (result,) = report["results"]
    return result["frames_per_second"], report["instruction_set"], report["optimised"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("terrella", help="the terrella binary")
    parser.add_argument("--sizes", default="64", help="sides of the pictures, pixels")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="Terrella's threads, beside one")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each is measured")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each, in turn; medians are printed")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    arguments = parser.parse_args()

    results = []
    instruction_set, optimised = "", True
    for size in map(int, arguments.sizes.split(",")):
        for shadows in (False, True):
            rounds = []
            for _ in range(arguments.rounds):
                one, instruction_set, optimised = terrella(arguments.terrella, size, shadows, 1, arguments.seconds)
                many, _, _ = terrella(arguments.terrella, size, shadows, arguments.threads, arguments.seconds)
                rounds.append({
                    "one": one, "many": many,
                    "mujoco": frames_per_second(MuJoCo, size, shadows, arguments.seconds),
                    "pybullet": frames_per_second(PyBullet, size, shadows, arguments.seconds),
                })
            results.append({
                "size": size, "shadows": shadows,
                **{key: statistics.median(round_[key] for round_ in rounds) for key in rounds[0]},
                **{f"to_{peer}": statistics.median(round_["many"] / round_[peer] for round_ in rounds)
                   for peer in ("mujoco", "pybullet")},
            })
    if arguments.json:
        print(json.dumps({"mujoco": MuJoCo.name, "pybullet": PyBullet.name, "instruction_set": instruction_set,
                          "terrella_optimised": optimised, "threads": arguments.threads, "results": results}, indent=2))
        return
    print(f"frames a second of RGB, 20 bodies on a checkered floor; {MuJoCo.name}; {PyBullet.name}; Terrella with {instruction_set}")
    heads = ["size", "shadows", "Terrella 1 thread", f"Terrella {arguments.threads} threads", "MuJoCo", "PyBullet",
             "times MuJoCo", "times PyBullet"]
    rows = [[f"{one['size']} px", "yes" if one["shadows"] else "no"]
            + [f"{one[key]:,.0f}" for key in ("one", "many", "mujoco", "pybullet", "to_mujoco", "to_pybullet")]
            for one in results]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    for row in [heads, *rows]:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
    if not optimised:
        print("Terrella is a development build here: give a release build to have figures to quote.")


if __name__ == "__main__":
    main()
