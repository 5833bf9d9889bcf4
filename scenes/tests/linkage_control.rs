//! `linkage_control`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, plan_with, success_rate};
use terrella_scenes::families::family;
use terrella_spec::factor::{FactorOverride, FactorValue};

#[test]
fn contract() {
    check_contract(family("linkage_control").expect("registered"));
}

/// Measured when minted: the expert solves 37 of 40, and 35 of 40 out of distribution; random 0 of 80.
#[test]
fn expert_success_rate() {
    let family = family("linkage_control").expect("registered");
    let scripted = success_rate(family, "scripted", 80, 500);
    let random = success_rate(family, "random", 80, 500);
    assert!(scripted >= 0.85, "scripted solves {scripted}");
    assert!(random <= 0.15, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("linkage_control").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["ac30a01f25ef373c", "9f12963f52c04a7c", "31052923933c4c30"]
    );
}

/// Friction of hinges and rail used to be two axes, so that no cart of a run with `ood = "one"` ever kept its energy.
#[test]
fn without_damping_no_joint_has_friction() {
    let family = family("linkage_control").expect("registered");
    for mechanism in ["cart_pole", "crane", "acrobot"] {
        for damping in ["none", "viscous"] {
            let set = [("mechanism", mechanism), ("damping", damping)];
            let set = set.map(|(name, word)| (name, FactorOverride::Word(word.into())));
            let plan = plan_with(family, 3, false, &set);
            let rubs = |name: &str| plan.world.joints[name].damping > 0.0;
            for joint in ["driven", "free"] {
                assert_eq!(rubs(joint), damping == "viscous", "{mechanism} {damping} {joint}");
            }
            if damping == "none" {
                assert_eq!(plan.factors["hinge_friction_nms"], FactorValue::Real(0.0));
                assert_eq!(plan.factors["rail_friction_nspm"], FactorValue::Real(0.0));
            }
        }
    }
}
