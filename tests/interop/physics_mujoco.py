"""The cases of Terrella's physics tests in MuJoCo, for the table of `engine/PHYSICS.md`.

Worlds, formulas and measurements are those of `engine/sim/tests/oracles`: the example `physics_cases` writes the worlds
as JSON, this program builds each as MJCF and writes the path that MuJoCo's bodies take, and the example measures that
path as it measures Terrella's own. So nothing here knows what a case is about.

MuJoCo steps as often as Terrella (240 Hz), with its defaults (Newton solver, Euler integrator, float64) and then with
its RK4 integrator; friction cones are elliptic, which is Coulomb's law, not the default pyramids that approximate it. MuJoCo has no coefficient of
restitution: a world that has one is given a spring and damper with the damping ratio that a bounce of that
coefficient has, as stiff as the time step bears.
"""

import argparse
import json
import math
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

import mujoco
import numpy as np

PAGE = Path(__file__).resolve().parents[2] / "engine/PHYSICS.md"
TABLE_START, TABLE_END = "<!-- table -->\n", "<!-- end of table -->\n"
# How many steps a bounce takes: fewer, and the integrator adds energy to it.
STEPS_IN_A_BOUNCE = 6
# MuJoCo's default, and its most accurate.
INTEGRATORS = ["Euler", "RK4"]


def numbers(values):
    return " ".join(repr(float(value)) for value in np.atleast_1d(values))


def quaternion_wxyz(rotation):
    """Of a rotation as scene files write it."""
    quaternion = np.zeros(4)
    if "xyzw" in rotation:
        quaternion[:] = np.roll(rotation["xyzw"], 1)
        return quaternion / np.linalg.norm(quaternion)
    mujoco.mju_euler2Quat(quaternion, np.radians(rotation["rpy_deg"]), "XYZ")
    return quaternion


def turned(quaternion, vector):
    result = np.zeros(3)
    mujoco.mju_rotVecQuat(result, np.asarray(vector, dtype=float), quaternion)
    return result


def product(first, second):
    result = np.zeros(4)
    mujoco.mju_mulQuat(result, first, second)
    return result


def inverse(quaternion):
    return quaternion * [1, -1, -1, -1]


def shapes(shape):
    """The simple shapes of a shape, each as (attributes of a geom, volume in m^3)."""
    (kind, parameters), = shape.items()
    if kind == "compound":
        for part in parameters["parts"]:
            for attributes, volume in shapes(part["shape"]):
                pose = {"pos": numbers(part["position_m"]), "quat": numbers(quaternion_wxyz(part["rotation"]))}
                yield {**attributes, **pose}, volume
    elif kind == "half_space":
        yield {"type": "plane", "size": "0 0 1"}, 0.0
    elif kind == "ball":
        radius = parameters["radius_m"]
        yield {"type": "sphere", "size": numbers(radius)}, 4 / 3 * math.pi * radius**3
    elif kind == "box":
        half = parameters["half_extents_m"]
        yield {"type": "box", "size": numbers(half)}, 8 * math.prod(half)
    elif kind == "cylinder":
        radius, half = parameters["radius_m"], parameters["half_height_m"]
        yield {"type": "cylinder", "size": numbers([radius, half])}, 2 * math.pi * radius**2 * half
    else:
        raise ValueError(f"no case had a {kind} when this was written")


def spring_of_restitution(restitution, step_secs):
    """MuJoCo's stiffness and damping, both for a unit mass, of a bounce with this coefficient."""
    decay = -math.log(restitution)
    ratio = decay / math.hypot(math.pi, decay)
    damped = math.pi / (STEPS_IN_A_BOUNCE * step_secs)
    omega = damped / math.sqrt(1 - ratio**2)
    return {"solref": numbers([-(omega**2), -2 * ratio * omega]), "solimp": "0.99 0.99 0.001"}


def joint_start(joint, parent, child):
    """Where a hinge or slider stands at the start: the angle or way from where the frames of its bodies agree."""
    (kind, freedom), = joint["freedom"].items()
    (parent_place, parent_turn), (child_place, child_turn) = parent, child
    axis = np.asarray(freedom["axis"]) / np.linalg.norm(freedom["axis"])
    if kind == "hinge":
        relative = product(inverse(parent_turn), child_turn)
        return 2 * math.atan2(relative[1:] @ axis, relative[0])
    ends = [place + turned(turn, joint[f"anchor_{end}_m"])
            for end, place, turn in (("parent", parent_place, parent_turn), ("child", child_place, child_turn))]
    return turned(inverse(parent_turn), ends[1] - ends[0]) @ axis


def build(world, step_hz, integrator):
    """The world as a MuJoCo model. Bodies and joints keep their names."""
    root = xml.Element("mujoco")
    xml.SubElement(root, "compiler", angle="radian")
    xml.SubElement(root, "option", timestep=repr(1 / step_hz), gravity=numbers(world["gravity_mps2"]), cone="elliptic",
                   integrator=integrator)
    elements = {"world": xml.SubElement(root, "worldbody")}
    actuators = xml.SubElement(root, "actuator")
    poses = {"world": (np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0]))}
    held_by = {joint["child"]: (name, joint) for name, joint in world["joints"].items()}
    restitution = max(body["material"]["restitution"] for body in world["bodies"].values())
    surface = spring_of_restitution(restitution, 1 / step_hz) if restitution > 0 else {}

    for name, body in world["bodies"].items():
        assert body["linear_damping"] == body["angular_damping"] == 0 and body["gravity_scale"] == 1, name
        joint_name, joint = held_by.get(name, (None, None))
        parent = joint["parent"] if joint else "world"
        place, turn = np.asarray(body["position_m"], dtype=float), quaternion_wxyz(body["rotation"])
        poses[name] = place, turn
        parent_place, parent_turn = poses[parent]
        from_parent = inverse(parent_turn)
        element = xml.SubElement(elements[parent], "body", name=name, pos=numbers(turned(from_parent, place - parent_place)),
                                 quat=numbers(product(from_parent, turn)))
        elements[name] = element
        if joint:
            add_joint(element, actuators, joint_name, joint, poses[parent], poses[name])
        elif body["motion"] == "dynamic":
            xml.SubElement(element, "freejoint", name=f"free {name}")
        material = body["material"]
        parts = list(shapes(body["shape"]))
        mass = material.get("mass_kg")
        density = mass / sum(volume for _, volume in parts) if mass else material["density_kgpm3"]
        for attributes, _ in parts:
            xml.SubElement(element, "geom", density=repr(density), friction=numbers([material["friction"], 0, 0]),
                           condim="3", **attributes, **surface)
    return mujoco.MjModel.from_xml_string(xml.tostring(root, encoding="unicode"))


def add_joint(element, actuators, name, joint, parent, child):
    (kind, freedom), = joint["freedom"].items()
    attributes = {"name": name, "pos": numbers(joint["anchor_child_m"])}
    if kind == "ball":
        xml.SubElement(element, "joint", type="ball", **attributes)
        return
    kind, limits = {"hinge": ("hinge", "limits_rad"), "slider": ("slide", "limits_m")}[kind]
    attributes.update(type=kind, axis=numbers(freedom["axis"]), ref=numbers(joint_start(joint, parent, child)))
    if limits in freedom:
        attributes.update(range=numbers(freedom[limits]), limited="true")
    xml.SubElement(element, "joint", **attributes)
    motor = joint.get("motor")
    if motor:
        stiffness, damping, force = motor["stiffness"], motor["damping"], motor["max_force"]
        constant = stiffness * motor["target_position"] + damping * motor["target_velocity"]
        xml.SubElement(actuators, "general", joint=name, gainprm="0", biastype="affine",
                       biasprm=numbers([constant, -stiffness, -damping]), forcerange=numbers([-force, force]))


def start(model, data, world):
    """Gives the bodies their velocities of the start."""
    by_child = {joint["child"]: name for name, joint in world["joints"].items()}
    for name, body in world["bodies"].items():
        linear, angular = np.array(body["linear_velocity_mps"]), np.array(body["angular_velocity_radps"])
        if body["motion"] != "dynamic" or not (linear.any() or angular.any()):
            continue
        local = turned(inverse(quaternion_wxyz(body["rotation"])), angular)
        joint = model.joint(by_child.get(name, f"free {name}"))
        first = joint.dofadr[0]
        if joint.type[0] == mujoco.mjtJoint.mjJNT_FREE:
            data.qvel[first : first + 6] = [*linear, *local]
        elif joint.type[0] == mujoco.mjtJoint.mjJNT_BALL:
            data.qvel[first : first + 3] = local
        else:
            raise ValueError(f"no case had a hinge or slider that starts moving when this was written: {name}")


def frame(model, data, world, touches):
    mujoco.mj_kinematics(model, data)
    mujoco.mj_comPos(model, data)
    mujoco.mj_comVel(model, data)
    bodies, joints, speed = [], [], np.zeros(6)
    for name in world["bodies"]:
        body = model.body(name).id
        mujoco.mj_objectVelocity(model, data, mujoco.mjtObj.mjOBJ_BODY, body, speed, 0)
        bodies.append([*data.xpos[body], *np.roll(data.xquat[body], -1), *speed[3:], *speed[:3]])
    for name in world["joints"]:
        joint = model.joint(name)
        one = joint.type[0] != mujoco.mjtJoint.mjJNT_BALL
        joints.append([data.qpos[joint.qposadr[0]], data.qvel[joint.dofadr[0]]] if one else [0.0, 0.0])
    return {"bodies": bodies, "joints": joints, "touches": [[*pair, push] for pair, push in sorted(touches.items())]}


def run(case, integrator):
    """The path of a case's world; None where MuJoCo calls it unstable."""
    world, step_hz = case["world"], case["step_hz"]
    model = build(world, step_hz, integrator)
    data = mujoco.MjData(model)
    start(model, data, world)
    index = {model.body(name).id: number for number, name in enumerate(world["bodies"])}
    frames, force = [frame(model, data, world, {})], np.zeros(6)
    for _ in range(round(case["secs"] * world["control_hz"])):
        touches = {}
        for _ in range(step_hz // world["control_hz"]):
            mujoco.mj_step(model, data)
            for number, contact in enumerate(data.contact):
                mujoco.mj_contactForce(model, data, number, force)
                pair = tuple(sorted(index[model.geom_bodyid[geom]] for geom in contact.geom))
                touches[pair] = touches.get(pair, 0.0) + force[0] / step_hz
        if data.warning[mujoco.mjtWarning.mjWARN_BADQACC].number > 0:
            return None
        frames.append(frame(model, data, world, touches))
    return {"record_secs": 1 / world["control_hz"], "frames": frames}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cases", help="the example physics_cases")
    parser.add_argument("--write", action="store_true", help="put the table into engine/PHYSICS.md rather than print it")
    arguments = parser.parse_args()

    # `run` reads what MuJoCo warns of from its counters; a log file in the working folder is not wanted.
    mujoco.set_mju_user_warning(lambda message: None)
    cases = json.loads(subprocess.run([arguments.cases, "worlds"], capture_output=True, text=True, check=True).stdout)
    with tempfile.TemporaryDirectory() as root:
        folders = [Path(root) / integrator for integrator in INTEGRATORS]
        for integrator, folder in zip(INTEGRATORS, folders):
            folder.mkdir()
            for case in cases:
                path = run(case, integrator)
                if path:
                    (folder / f"{case['name']}.json").write_text(json.dumps(path))
        table = subprocess.run([arguments.cases, "table", *folders], stdout=subprocess.PIPE, text=True, check=True).stdout
    if not arguments.write:
        print(table, end="")
        return
    page = PAGE.read_text()
    before, rest = page.split(TABLE_START)
    PAGE.write_text(f"{before}{TABLE_START}\n{table}\n{TABLE_END}{rest.split(TABLE_END)[1]}")


if __name__ == "__main__":
    main()
